import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  busy,
  half,
  lines,
  ok,
  PATH,
  read,
  reset,
  silent,
  TOKEN,
  timed,
  write,
} from '../../support/lines.ts';
import { inTurn, type Respond } from '../../support/test-server.ts';

const { to, server, close } = lines();
afterAll(close);

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
      expect(server().received.map(({ method, path }) => [method, path])).toEqual([
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
    expect(server().received).toHaveLength(1);
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
      if (respond === 'closed') await server().close();
      waits.set(situation, timed(core(read)));
    }
  });

  it('that wants more time than there is gets no second request', async () => {
    const { core } = await to(busy(429, { 'retry-after': '60' }));
    const { took } = await timed(core(write));
    expect(took).toBeLessThan(4_000);
    expect(server().received).toHaveLength(1);
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
    const before = server().received.length;
    expect((await timed(short.core(read))).error).toMatchObject({ kind: 'unavailable' });
    expect(server().received).toHaveLength(before);
  });

  it('ends in time whatever the garbage collector takes', async () => {
    const { within } = await to(silent);
    const call = timed(within(400).core(write));
    await collectUntil(call);
    expect((await call).error).toMatchObject({ kind: 'unavailable' });
  });
});
