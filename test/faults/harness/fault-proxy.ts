import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../../support/listen.ts';
import type { Fault } from './faults.ts';

/** A call that passed: `POST pipelineruns #1` is the first of these since the proxy was armed. */
export type Call = { readonly key: string; readonly isRead: boolean };

/** Fault for one of the calls. */
type Plan =
  | { readonly at: string; readonly fault: Fault; readonly times: 'once' | 'always' }
  /** The call waits, before or after its effect, until this has ended. */
  | { readonly at: string; readonly hold: 'before' | 'after'; readonly meanwhile: () => Promise<void> };

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A loopback server before a cluster and an EventBridge, which lists the calls of a client and breaks one of them. */
export type FaultProxy = {
  readonly url: string;
  /** Forgets the calls so far. Without a plan all of them pass. */
  arm(plan?: Plan): void;
  readonly calls: readonly Call[];
  /** Calls that the plan has hit. */
  readonly hits: number;
  stop(): Promise<void>;
};

/** Fault proxy on a port of its own. */
export async function startFaultProxy(handle: {
  readonly kubernetes: Handle;
  readonly eventbridge: Handle;
}): Promise<FaultProxy> {
  let plan: Plan | undefined;
  let calls: Call[] = [];
  let hits = 0;
  const server = createServer((request, response) => {
    const protocol = request.headers['x-amz-target'] === undefined ? 'kubernetes' : 'eventbridge';
    const what = describe(request);
    const count = calls.filter(({ key }) => key.startsWith(`${what} #`)).length + 1;
    const key = `${what} #${count}`;
    calls.push({ key, isRead: isRead(request) });
    const pass = () => handle[protocol](request, response);
    if (plan === undefined || !isMeant(plan, what, count)) return pass();
    hits += 1;
    if ('fault' in plan) return breakCall(plan.fault, { request, response, protocol, pass });
    return holdCall(plan, response, pass);
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    arm: (next) => {
      plan = next;
      calls = [];
      hits = 0;
    },
    get calls() {
      return calls;
    },
    get hits() {
      return hits;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A call that is repeated becomes the next of its name, so `always` breaks that one and all after it. */
function isMeant(plan: Plan, what: string, count: number): boolean {
  const [name, first] = plan.at.split(' #');
  if (name !== what) return false;
  return 'times' in plan && plan.times === 'always' ? count >= Number(first) : count === Number(first);
}

const READS = /^(?:GET|Describe|List)/;
const isRead = (request: IncomingMessage): boolean => READS.test(describe(request));

/** `PATCH jobs/nightly/status`, `PutRule`; random ids are left out. */
function describe({ method = '', url = '', headers }: IncomingMessage): string {
  const operation = headers['x-amz-target'];
  if (operation !== undefined) return String(operation).replace('AWSEvents.', '');
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const path = pathname.replace(/^\/apis?\/(?:[a-z]+\.dev\/)?v1(?:alpha1)?\//, '');
  return `${method} ${path.replace(/^namespaces\/[^/]+\//, '').replace(/-[bcdfghj-np-tv-xz]{5}(?=\/|$)/, '-?')}`;
}

type Broken = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly protocol: 'kubernetes' | 'eventbridge';
  readonly pass: () => void;
};

function breakCall(fault: Fault, { request, response, protocol, pass }: Broken): void {
  if (fault.when === 'before') {
    // A body that nobody reads would hold up the connection's next request.
    request.resume();
    fault.answer(response, protocol, '');
    return;
  }
  withAnswer(response, (restore, text) => {
    restore();
    fault.answer(response, protocol, text);
  });
  pass();
}

function holdCall(
  { hold, meanwhile }: Extract<Plan, { hold: string }>,
  response: ServerResponse,
  pass: () => void,
): void {
  if (hold === 'before') return void meanwhile().then(pass);
  withAnswer(response, (restore, text, status) => {
    restore();
    void meanwhile().then(() => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
  pass();
}

/** Keeps an answer back, and hands it over when the server has ended it. */
function withAnswer(
  response: ServerResponse,
  ended: (restore: () => void, text: string, status: number) => void,
): void {
  const own = { writeHead: response.writeHead, end: response.end };
  let status = 200;
  const restore = (): void => {
    for (const name of response.getHeaderNames()) if (name === 'content-length') response.removeHeader(name);
    Object.assign(response, own);
  };
  Object.assign(response, {
    writeHead: (code: number) => {
      status = code;
      return response;
    },
    end: (text: string) => {
      ended(restore, text, status);
      return response;
    },
  });
}
