import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connection, connect } from '../../../lib/adapters/kubernetes/connection.ts';
import { ask } from '../../../lib/adapters/kubernetes/failure.ts';
import { textOf } from '../../../lib/adapters/kubernetes/transport.ts';
import { inTurn, json, type Respond, startServer, type TestServer } from '../../support/test-server.ts';

const TOKEN = 'k8s-aws-v1.secret-of-the-test';
const PATH = '/api/v1/namespaces/team-a/secrets/orders';

const servers: TestServer[] = [];
let server: TestServer;
afterAll(() => Promise.all(servers.map(({ close }) => close())));

async function to(respond: Respond, token = async (_fresh: boolean) => TOKEN): Promise<Connection> {
  server = await startServer(respond);
  servers.push(server);
  return connect({ endpoint: server.endpoint, tls: {}, token });
}

/** The error that a call ends in, and after how many ms. */
async function timed(call: Promise<unknown>): Promise<{ readonly error: Error; readonly took: number }> {
  const began = performance.now();
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { error, took: performance.now() - began };
  }
  throw new TypeError('The call did not fail with an error.');
}

const ok: Respond = (_, response) => json(response, 200, { fine: true });
const busy =
  (status: number, headers = {}): Respond =>
  (_, response) =>
    json(response, status, { kind: 'Status', message: 'too busy for now' }, headers);
const reset: Respond = (_, response) => response.destroy();
const half: Respond = (_, response) => {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('{"fine"', () => response.destroy());
};
const silent: Respond = () => {};

const read = { method: 'GET', path: PATH } as const;
const write = { method: 'POST', path: PATH, body: { a: 1 } } as const;

describe('a request is sent again', () => {
  it.each([
    ['a server that is busy', busy(503)],
    ['a server that has a fault', busy(500)],
    ['a gateway without a server', busy(502)],
    ['a connection that is reset', reset],
    ['half a body', half],
  ])('after %s', async (_, first) => {
    for (const request of [read, write]) {
      const { core } = await to(inTurn(first, ok));
      expect(await core(request)).toMatchObject({ status: 200, text: '{"fine":true}' });
      expect(server.received.map(({ method, path }) => [method, path])).toEqual([
        [request.method, PATH],
        [request.method, PATH],
      ]);
    }
  });

  it('after as long as Retry-After says', async () => {
    const { core } = await to(inTurn(busy(429, { 'retry-after': '1' }), ok));
    const began = performance.now();
    expect((await core(read)).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
  });

  it('beyond the time of a read, by a server that throttles', async () => {
    const first = performance.now();
    const { core } = await to((...at) =>
      (performance.now() - first < 4_500 ? busy(429, { 'retry-after': '1' }) : ok)(...at),
    );
    expect((await core(read)).status).toBe(200);
    expect(performance.now() - first).toBeGreaterThan(4_500);
  }, 15_000);

  it.each([400, 403, 404, 409, 422])('never after %d, which is an answer', async (status) => {
    const { core } = await to(busy(status));
    expect((await core(read)).status).toBe(status);
    expect(server.received).toHaveLength(1);
  });
});

describe('a cluster out of reach', () => {
  const html: Respond = (_, response) => {
    response.writeHead(502).end(`<html><p>Bad gateway, ${TOKEN}</p></html>`);
  };
  const SITUATIONS: readonly (readonly [string, Respond | 'closed', string])[] = [
    ['that accepts and never answers', silent, 'no answer in time'],
    ['that is busy all the time', busy(503), 'it answered 503: too busy for now'],
    ['that wants a minute', busy(429, { 'retry-after': '60' }), 'it answered 429: too busy for now'],
    ['that answers in HTML', html, 'it answered 502'],
    ['that refuses connections', 'closed', 'ECONNREFUSED'],
  ];

  // Side by side, since each takes the whole budget of a read.
  const waits = new Map<string, Promise<{ readonly error: Error; readonly took: number }>>();
  beforeAll(async () => {
    for (const [situation, respond] of SITUATIONS) {
      const { core } = await to(respond === 'closed' ? ok : respond);
      if (respond === 'closed') await server.close();
      waits.set(situation, timed(core(read)));
    }
  });

  it('that wants more time than there is gets no second request', async () => {
    const { core } = await to(busy(429, { 'retry-after': '60' }));
    const { took } = await timed(core(write));
    expect(took).toBeLessThan(4_000);
    expect(server.received).toHaveLength(1);
  });

  it.each(SITUATIONS)('%s is unavailable within five seconds', async (situation, _, why) => {
    const { error, took } = (await waits.get(situation)) ?? { error: undefined, took: 0 };
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: `The cluster is out of reach (${why}). Try again.`,
    });
    expect(took).toBeLessThan(5_000);
  });
});

/** Runs the garbage collector again and again until `end`. */
async function collectUntil(end: Promise<unknown>): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const collecting = setInterval(collect, 20).unref();
  await end.finally(() => clearInterval(collecting));
}

describe('an invocation', () => {
  it('has one time limit for all its calls, on connections that others share', async () => {
    const { core, within } = await to(inTurn(ok, silent));
    const short = within(300);
    expect((await short.core(read)).status).toBe(200);
    const ended: string[] = [];
    await Promise.all([
      timed(core(read)).then(() => ended.push('a call of no invocation')),
      timed(short.core(write)).then(({ error }) => {
        ended.push('a write of the invocation');
        expect(error).toMatchObject({
          kind: 'unavailable',
          message: 'The cluster is out of reach (no answer in time). Try again.',
        });
      }),
    ]);
    expect(ended).toEqual(['a write of the invocation', 'a call of no invocation']);
  });

  it('sends nothing more when its time is up', async () => {
    const { within } = await to(silent);
    const short = within(50);
    await timed(short.core(read));
    const before = server.received.length;
    expect((await timed(short.core(read))).error).toMatchObject({ kind: 'unavailable' });
    expect(server.received).toHaveLength(before);
  });

  it('ends in time whatever the garbage collector takes', async () => {
    const { within } = await to(silent);
    const call = timed(within(400).core(write));
    await collectUntil(call);
    expect((await call).error).toMatchObject({ kind: 'unavailable' });
  });
});

describe('a fault that is not the network’s is thrown as it is, at once', () => {
  it('a token file that is missing', async () => {
    const { core } = await to(ok, async () => (await readFile('/nowhere/token')).toString());
    const { error } = await timed(core(read));
    expect(error).not.toHaveProperty('kind');
    expect(error.message).toContain('ENOENT');
    expect(server.received).toHaveLength(0);
  });

  it('a server that speaks no TLS', async () => {
    const { endpoint } = (await to(ok)) && server;
    const { core } = connect({ endpoint: endpoint.replace('http:', 'https:'), tls: {} });
    const { error } = await timed(core(read));
    expect(error).not.toHaveProperty('kind');
    expect(error.message).toContain('wrong version number');
  });
});

describe('a stream', () => {
  /** The text of a stream that was opened. */
  async function textFrom({ stream }: Connection): Promise<string> {
    const opened = await stream(PATH);
    return 'body' in opened ? textOf(opened.body) : `${opened.status} ${opened.text}`;
  }

  it.each([
    ['a server that is busy', busy(503)],
    ['a connection that is reset', reset],
  ])('is opened again after %s', async (_, first) => {
    expect(await textFrom(await to(inTurn(first, ok)))).toBe('{"fine":true}');
    expect(server.received).toHaveLength(2);
  });

  it('that is refused is an answer', async () => {
    expect(await textFrom(await to(busy(404)))).toBe('404 {"kind":"Status","message":"too busy for now"}');
  });

  it('has as long as it needs once it has begun', async () => {
    const slow: Respond = (_, response) => {
      response.write('begun, ');
      // Longer than an opening may take.
      setTimeout(() => response.end('ended'), 3_000);
    };
    expect(await textFrom(await to(slow))).toBe('begun, ended');
  });

  it('that can’t be opened is out of reach, without the inner address', async () => {
    const message =
      'Get "https://10.1.2.3:10250/containerLogs/a/b": dial tcp 10.1.2.3:10250: connect: connection refused';
    const { within } = await to((_, response) => json(response, 500, { kind: 'Status', message }));
    expect((await timed(within(300).stream(PATH))).error).toMatchObject({
      kind: 'unavailable',
      message:
        'The cluster is out of reach (it answered 500: Get …: dial tcp …: connect: connection refused). Try again.',
    });
  });

  it.each([
    ['dial tcp: lookup node-1.internal on 10.96.0.10:53: no such host', 'lookup … on …: no such host'],
    ['dial tcp [fd00:10::1]:10250: i/o timeout', 'dial tcp …: i/o timeout'],
    ['read tcp 10.0.0.1:1->10.0.0.2:2: read: connection reset', 'read tcp …->…: read: connection reset'],
    ['version 1.34.4 of it is busy', 'version 1.34.4 of it is busy'],
  ])('is told of without addresses: %s', async (message, told) => {
    const { within } = await to((_, response) => json(response, 503, { kind: 'Status', message }));
    expect((await timed(within(800).stream(PATH))).error.message).toContain(told);
  });

  it('keeps its connection until it is closed, for which a crowd waits', async () => {
    const connection = await to(ok);
    const texts = await Promise.all(Array.from({ length: 120 }, () => textFrom(connection)));
    expect(new Set(texts)).toEqual(new Set(['{"fine":true}']));
    expect(server.received).toHaveLength(120);
    expect(server.connections()).toBeLessThanOrEqual(50);
  });
});

describe('a token', () => {
  /** Answers 401 to every token but this one. */
  const accepts =
    (token: string): Respond =>
    (request, response) =>
      request.headers.authorization === `Bearer ${token}` ? ok(request, response) : json(response, 401, {});

  it('is sent with each request', async () => {
    const { core } = await to(ok);
    await core(read);
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('that is refused is asked for anew, once', async () => {
    const asked: boolean[] = [];
    const { core } = await to(accepts('new'), async (fresh) => {
      asked.push(fresh);
      return fresh ? 'new' : 'old';
    });
    expect((await core(read)).status).toBe(200);
    expect(asked).toEqual([false, true]);
  });

  it('that is refused anew is an answer', async () => {
    const { core } = await to(accepts('none'));
    expect((await core(read)).status).toBe(401);
    expect(server.received).toHaveLength(2);
  });

  it('is in no message of an error', async () => {
    const echo: Respond = (request, response) =>
      json(response, 500, { reason: 'InternalError', message: 'no', seen: request.headers.authorization });
    const { custom } = await to(inTurn(echo, (_, response) => json(response, 418, { seen: TOKEN })));
    const call = {
      group: 'tekton.dev',
      version: 'v1',
      plural: 'pipelineruns',
      namespace: 'team-a',
      name: 'a',
    };
    const subject = { space: 'team-a', what: 'Task "a"' };
    const { error } = await timed(ask(subject, () => custom.getNamespacedCustomObject(call)));
    expect(error.message).toBe('Task "a": the cluster answered 418: ');
    expect(inspect(error)).not.toContain(TOKEN);
  });
});

describe('connections', () => {
  it('are kept: many requests in a row need one', async () => {
    const { core } = await to(ok);
    for (let request = 0; request < 20; request += 1) await core(read);
    expect(server.connections()).toBe(1);
  });

  it('are fifty at most', async () => {
    const { core } = await to(ok);
    await Promise.all(Array.from({ length: 120 }, () => core(read)));
    expect(server.received).toHaveLength(120);
    expect(server.connections()).toBeLessThanOrEqual(50);
  });
});
