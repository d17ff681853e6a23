import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { SCRIPTS } from '../../cli/completion/scripts.ts';
import { VERBS } from '../../cli/verbs.ts';
import { bundleCli } from '../build/cli.mjs';
import { manPage } from './man.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const Manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.string(), 'UNLICENSED'),
  engines: v.object({ node: v.string() }),
});

const FILE = 'taskbridge.mjs';
const MAN = 'man/taskbridge.1';

/** Name under which each shell looks for its completion. */
const COMPLETION = { bash: 'taskbridge.bash', zsh: '_taskbridge', fish: 'taskbridge.fish' } as const;

const README = `# taskbridge

The command line of Taskbridge: \`taskbridge help\`, \`man taskbridge\`. It needs Node alone.

\`completion/\` has what \`taskbridge completion SHELL\` prints. NOTICE has the licences of what the file holds.
`;

/**
 * Packs the command line as an npm package without dependencies and without scripts into a folder. Returns the name of the file,
 * whose bytes depend on the source and on the versions of Node and npm alone.
 */
export async function packCli(out: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-package-'));
  try {
    await writePackage(folder);
    await mkdir(out, { recursive: true });
    const args = ['pack', '--silent', '--ignore-scripts', '--no-update-notifier', '--pack-destination', out];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: folder });
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePackage(folder: string): Promise<void> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  const { name, version, license, engines } = v.parse(Manifest, JSON.parse(text));
  const manifest = {
    ...{ name, version, license },
    description:
      "Taskbridge's command line: tasks and scheduled jobs of Cloud Foundry-style apps, on Kubernetes",
    // No registry takes it by mistake.
    private: true,
    type: 'module',
    bin: { taskbridge: FILE },
    man: [MAN],
    engines,
  };
  await Promise.all(['man', 'completion'].map((one) => mkdir(join(folder, one))));
  await Promise.all([
    bundleCli(join(folder, FILE)),
    writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`),
    writeFile(join(folder, MAN), manPage(VERBS)),
    writeFile(join(folder, 'README.md'), README),
    cp(join(root, 'NOTICE'), join(folder, 'NOTICE')),
    ...(['bash', 'zsh', 'fish'] as const).map((shell) =>
      writeFile(join(folder, 'completion', COMPLETION[shell]), SCRIPTS[shell]),
    ),
  ]);
}
