import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { slimCronParser } from './cron-parser.mjs';

const source = new URL('../../console/', import.meta.url);

/** @typedef {{ readonly name: string, readonly type: string, readonly body: Uint8Array, readonly forGood: boolean }} ConsoleFile */

const TYPES = { '.js': 'text/javascript', '.css': 'text/css' };

/** Of the bundle: what NOTICE must name is read from its metafile. */
export const CONSOLE_BUNDLE = {
  entryPoints: [fileURLToPath(new URL('main.tsx', source))],
  bundle: true,
  minify: true,
  format: /** @type {const} */ ('esm'),
  platform: /** @type {const} */ ('browser'),
  target: ['es2022', 'chrome116', 'firefox124', 'safari17.4'],
  plugins: [slimCronParser],
};

/**
 * The console as static files: the page, its one script and its one style, each under a name that changes with what is
 * in it (`forGood`: a browser may keep it), the icon, and config.json, which the operator writes.
 *
 * @returns {Promise<readonly ConsoleFile[]>}
 */
export async function bundleConsole() {
  const { outputFiles } = await build({
    ...CONSOLE_BUNDLE,
    outdir: 'out',
    entryNames: '[name]-[hash]',
    write: false,
    legalComments: 'none',
  });
  const bundles = outputFiles.map(({ path, contents }) => ({
    name: basename(path),
    type: path.endsWith('.css') ? TYPES['.css'] : TYPES['.js'],
    body: contents,
    forGood: true,
  }));
  const nameOf = (/** @type {string} */ ending) =>
    bundles.find(({ name }) => name.endsWith(ending))?.name ?? '';
  const page = (await readFile(new URL('index.html', source), 'utf8'))
    .replace('main.js', nameOf('.js'))
    .replace('main.css', nameOf('.css'));
  return [
    { name: 'index.html', type: 'text/html', body: new TextEncoder().encode(page), forGood: false },
    ...bundles,
    {
      name: 'icon.svg',
      type: 'image/svg+xml',
      body: await readFile(new URL('icon.svg', source)),
      forGood: false,
    },
    {
      name: 'config.json',
      type: 'application/json',
      body: await readFile(new URL('config.json', source)),
      forGood: false,
    },
  ];
}

/**
 * The Content-Security-Policy that the page is served with: its own files, and the hosts that it asks (the API's and the
 * issuer's, where they are others). Nothing that stands in the page itself runs.
 *
 * @param {readonly string[]} [hosts]
 */
export const consolePolicy = (hosts = []) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...hosts].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
