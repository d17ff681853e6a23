import { createServer } from 'node:http';
import { bundleConsole, consolePolicy } from '../../../tools/build/console.mjs';
import { listen } from '../../support/listen.ts';

/** Web server with the console's files below a path, deployed as in docs/console.md. */
export type StaticSite = { readonly url: string; readonly origin: string; stop(): Promise<void> };

const BELOW = '/taskbridge/';

/** Starts the server. Nothing is served before `configure`, as the configuration has URLs of servers that need this one's. */
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
