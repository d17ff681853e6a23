import { createServer, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { listen } from './listen.ts';

/** Gate before an API server: it knows every request, and may let no further one through. */
export type WriteGate = {
  readonly url: string;
  /** Requests since the last `open`, as `PATCH /apis/…`, without their query. */
  readonly requests: readonly string[];
  /** Lets all requests through, or refuses every one that comes after this many writes, as if their sender had died. */
  open(writes?: number): void;
  stop(): Promise<void>;
};

const REFUSED = JSON.stringify({
  kind: 'Status',
  status: 'Failure',
  reason: 'BadRequest',
  message: 'cut off',
});

/** Starts a gate before an API server. */
export async function startWriteGate({
  url,
  ca,
}: {
  readonly url: string;
  readonly ca?: string | undefined;
}): Promise<WriteGate> {
  const secure = url.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
  const requests: string[] = [];
  let left = Number.POSITIVE_INFINITY;
  const server = createServer((asked, answer) => {
    const { method = 'GET', headers } = asked;
    const isWrite = method !== 'GET';
    if (left < 0 || (isWrite && left === 0)) {
      left = -1;
      asked.resume();
      answer.writeHead(400, { 'content-type': 'application/json' }).end(REFUSED);
      return;
    }
    if (isWrite) left -= 1;
    requests.push(`${method} ${(asked.url ?? '/').replace(/\?.*/, '')}`);
    const options = { method, agent, headers: { ...headers, host: new URL(url).host } };
    const sent = (secure ? httpsRequest : httpRequest)(new URL(asked.url ?? '/', url), options, (came) => {
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
    requests,
    open: (writes = Number.POSITIVE_INFINITY) => {
      requests.length = 0;
      left = writes;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
