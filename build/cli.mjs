import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { late } from './late.mjs';

/**
 * What few commands need and what takes long to compile: three quarters of the file. It stands there as texts, which
 * become modules when they are imported. Only the names that are given here can be.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LATE = {
  '@aws-sdk/credential-provider-node': ['defaultProvider'],
  yaml: ['stringify', 'parseDocument'],
};

const TARGET = 'node20.19';

/** @type {import('esbuild').BuildOptions} */
const SHARED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: TARGET,
  minify: true,
  // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire('file:///taskbridge');",
  },
};

/**
 * Makes the command line one file that needs Node alone, wherever it is copied to.
 *
 * @param {string} outfile
 */
export async function bundleCli(outfile) {
  const entry = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  await build({ ...SHARED, entryPoints: [entry], outfile, plugins: [late(LATE, { target: TARGET })] });
  await chmod(outfile, 0o755);
}
