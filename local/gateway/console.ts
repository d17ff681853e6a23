import { bundleConsole, consolePolicy } from '../../tools/build/console.mjs';
import type { Page } from './page.ts';

/** The API is of the same origin, and its token is in the link to the page. */
const CONFIG = JSON.stringify({ api: '', signIn: { type: 'link' } });

/** Bundled at the first request. */
let files: Promise<ReadonlyMap<string, Page>> | undefined;

async function bundled(): Promise<ReadonlyMap<string, Page>> {
  const found = await bundleConsole();
  return new Map(
    found.map(({ name, type, body, forGood }) => [
      name === 'index.html' ? '/' : `/${name}`,
      { headers: headersOf(type, forGood), body: name === 'config.json' ? CONFIG : body },
    ]),
  );
}

const headersOf = (type: string, forGood: boolean): Page['headers'] => ({
  'content-type': type.startsWith('image/') ? type : `${type}; charset=utf-8`,
  'content-security-policy': consolePolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': forGood ? 'public, max-age=31536000, immutable' : 'no-cache',
});

/** File of the console, its page at `/`; `undefined` for any other path. */
export async function consolePage(path: string): Promise<Page | undefined> {
  if (path.startsWith('/v1/')) return undefined;
  files ??= bundled();
  return (await files).get(path);
}
