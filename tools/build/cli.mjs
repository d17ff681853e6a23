import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { late, MODULE } from './late.mjs';

/**
 * Exports of packages that few commands need and that take long to compile: three quarters of the file. They are embedded
 * as strings and compiled at their first import. Only the names listed here can be imported.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LATE = {
  '@aws-sdk/credential-provider-node': ['defaultProvider'],
  'http-proxy-agent': ['HttpProxyAgent'],
  'https-proxy-agent': ['HttpsProxyAgent'],
  yaml: [
    ...['isAlias', 'isMap', 'isScalar', 'isSeq', 'Lexer', 'LineCounter'],
    ...['Parser', 'parseDocument', 'stringify', 'visit'],
  ],
};

const TARGET = 'node20.19';

/**
 * Makes the command line one file that needs Node alone, wherever it is copied to.
 *
 * @param {string} outfile
 */
export async function bundleCli(outfile) {
  const entry = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  await build({
    ...MODULE,
    target: TARGET,
    entryPoints: [entry],
    outfile,
    plugins: [late(LATE, { target: TARGET })],
  });
  await chmod(outfile, 0o755);
}
