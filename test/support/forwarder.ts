import { createServer, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { listen } from './listen.ts';

/** API server to forward to; `ca` of one that speaks TLS. */
export type Upstream = { readonly url: string; readonly ca?: string | undefined };

export type Forwarder = { readonly url: string; stop(): Promise<void> };

type Hooks = {
  /** Called with each request; a text is the body of a 400 in place of the answer of the server. */
  readonly refusal?: (method: string, path: string) => string | undefined;
  /** Called with each answer, before it goes out. */
  readonly answered?: (method: string, status: number | undefined) => void;
};

/** Starts a server on loopback that forwards all requests to an API server. */
export async function startForwarder(
  { url, ca }: Upstream,
  { refusal = () => undefined, answered = () => undefined }: Hooks,
): Promise<Forwarder> {
  const secure = url.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    const { method = 'GET', headers, url: path = '/' } = asked;
    const refused = refusal(method, path);
    if (refused !== undefined) {
      asked.resume();
      answer.writeHead(400, { 'content-type': 'application/json' }).end(refused);
      return;
    }
    const options = { method, agent, headers: { ...headers, host: new URL(url).host } };
    const sent = (secure ? httpsRequest : httpRequest)(new URL(path, url), options, (came) => {
      answered(method, came.statusCode);
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
