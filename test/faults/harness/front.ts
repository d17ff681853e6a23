import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../support/listen.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
type Protocol = 'kubernetes' | 'eventbridge';

/** Requests to a server while it was up. */
type Load = {
  requests: number;
  /** The highest number of requests that waited for their answers at one time. */
  most: number;
  /** Between a refusal that said when to come back and the next request of the same line, in ms. */
  readonly waits: number[];
};

/** A loopback server before a cluster and an EventBridge that can be down, and that counts what it is asked. */
export type Front = {
  readonly url: string;
  /** Stops answering requests, or starts again. */
  setDown(down: boolean): void;
  /** Resolves when no request is pending, abandoned ones included. */
  quiet(): Promise<void>;
  readonly load: Readonly<Record<Protocol, Load>>;
  stop(): Promise<void>;
};

type Options = Readonly<Record<Protocol, Handle>> & {
  /** Minimum latency of a response, in ms: concurrent requests are counted only while they wait. */
  readonly latencyMs: number;
  /** One in this many changes of an object gets 429 first. */
  readonly refuseEach: number;
  /** Seconds that such an answer says to wait. */
  readonly retryAfter: number;
};

const BUSY = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'too many requests', code: 429 };

export async function openFront({ latencyMs, refuseEach, retryAfter, ...handle }: Options): Promise<Front> {
  const load: Front['load'] = {
    kubernetes: { requests: 0, most: 0, waits: [] },
    eventbridge: { requests: 0, most: 0, waits: [] },
  };
  const flying = { kubernetes: 0, eventbridge: 0 };
  const changes = new EventEmitter();
  const refused = new Map<string, number>();
  let isDown = false;
  let writes = 0;

  const isRefused = (request: IncomingMessage): boolean => {
    // The path of a create has no name: a retry could not be distinguished from other creates.
    if (request.method !== 'PATCH') return false;
    const line = `${request.method} ${request.url}`;
    const since = refused.get(line);
    if (since !== undefined) {
      load.kubernetes.waits.push(performance.now() - since);
      refused.delete(line);
      return false;
    }
    writes += 1;
    if (writes % refuseEach !== 0) return false;
    refused.set(line, performance.now());
    return true;
  };

  const server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    const protocol = request.headers['x-amz-target'] === undefined ? 'kubernetes' : 'eventbridge';
    const own = load[protocol];
    flying[protocol] += 1;
    own.requests += 1;
    own.most = Math.max(own.most, flying[protocol]);
    let waits = true;
    const answered = (): void => {
      if (!waits) return;
      waits = false;
      flying[protocol] -= 1;
      changes.emit('answered');
    };
    // When `finish` and `close` are emitted, the client may have the response and have sent the next request.
    response.once('prefinish', answered);
    response.once('close', answered);
    if (protocol === 'eventbridge' || !isRefused(request))
      return void setTimeout(() => handle[protocol](request, response), latencyMs);
    request.resume();
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(retryAfter) });
    response.end(JSON.stringify(BUSY));
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    load,
    setDown: (down) => {
      isDown = down;
    },
    quiet: async () => {
      while (flying.kubernetes + flying.eventbridge > 0) await once(changes, 'answered');
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
