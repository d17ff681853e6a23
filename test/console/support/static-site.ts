import { createServer } from 'node:http';
import { bundleConsole, consolePolicy } from '../../../tools/build/console.mjs';
import { listen } from '../../support/listen.ts';

/** The console's files on a web server of their own, below a path, as docs/console.md has them deployed. */
export type StaticSite = { readonly url: string; readonly origin: string; stop(): Promise<void> };

const BELOW = '/taskbridge/';

/** Serves nothing until it is told the configuration: that needs the addresses of what needs this one's. */
export async function startStaticSite(): Promise<
  StaticSite & { configure(config: object, hosts: readonly string[]): void }
> {
  const files = new Map((await bundleConsole()).map((file) => [`${BELOW}${file.name}`, file]));
  let config = {};
  let policy = consolePolicy();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const file = files.get(pathname === BELOW ? `${BELOW}index.html` : pathname);
    if (file === undefined) return response.writeHead(404).end();
    const body = file.name === 'config.json' ? JSON.stringify(config) : file.body;
    return response
      .writeHead(200, { 'content-type': file.type, 'content-security-policy': policy })
      .end(body);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  return {
    origin,
    url: `${origin}${BELOW}`,
    configure: (given, hosts) => {
      config = given;
      policy = consolePolicy(hosts);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
