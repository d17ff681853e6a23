import { mkdir, rm, symlink } from 'node:fs/promises';
import { bundleCli } from './cli.mjs';

const root = new URL('../../', import.meta.url);

await bundleCli(new URL('dist/taskbridge.mjs', root).pathname);

// npm links the commands of a package's dependencies, not its own. With `bin` in package.json, npx would install this
// folder into its cache, and read all of it at each call.
const commands = new URL('node_modules/.bin/', root);
await mkdir(commands, { recursive: true });
await rm(new URL('taskbridge', commands), { force: true });
await symlink('../../dist/taskbridge.mjs', new URL('taskbridge', commands));
