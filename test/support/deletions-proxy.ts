import { createServer, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { listen } from './listen.ts';

export type DeletionsProxy = {
  readonly url: string;
  stop(): Promise<void>;
};

/** Stands before an API server on loopback. `deleted` is called when a deletion is done, before its answer goes out. */
export async function startDeletionsProxy(
  { url, ca }: { readonly url: string; readonly ca?: string | undefined },
  deleted: () => void,
): Promise<DeletionsProxy> {
  const secure = url.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    const { method = 'GET', headers } = asked;
    const options = { method, agent, headers: { ...headers, host: new URL(url).host } };
    const sent = (secure ? httpsRequest : httpRequest)(new URL(asked.url ?? '/', url), options, (came) => {
      if (method === 'DELETE' && came.statusCode === 200) deleted();
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    // The client may be gone by now.
    sent.on('error', () => answer.destroy());
    asked.on('error', () => undefined);
    answer.on('error', () => undefined);
    asked.pipe(sent);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
