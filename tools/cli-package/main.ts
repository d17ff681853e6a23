import { fileURLToPath } from 'node:url';
import { packCli } from './package.ts';

const OUT = fileURLToPath(new URL('../../dist', import.meta.url));

console.log(`Wrote dist/${await packCli(OUT)}. To install it: npm install --global ./dist/taskbridge-*.tgz`);
