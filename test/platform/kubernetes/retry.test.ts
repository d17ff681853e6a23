import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../lib/platform/kubernetes/client.ts';
import { DEFAULT_RETRY } from '../../../lib/platform/kubernetes/errors.ts';
import { virtualClock } from '../../support/fake-clock.ts';
import {
  busy,
  failureOf,
  half,
  lines,
  ok,
  PATH,
  read,
  reset,
  silent,
  TOKEN,
  write,
} from '../../support/lines.ts';
import { NOBODY } from '../../support/listen.ts';
import { inTurn, type Respond } from '../../support/test-server.ts';

const { to, server, close } = lines();
afterAll(close);

/** The budgets of a deployment, of which waits take no real time. */
const onVirtualClock = () => {
  const clock = virtualClock();
  return { clock, retry: { ...DEFAULT_RETRY, clock } };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('a request is sent again', () => {
  it.each([
    ['a server that is busy', busy(503)],
    ['a server that has a fault', busy(500)],
    ['a gateway without a server', busy(502)],
    ['a connection that is reset', reset],
    ['half a body', half],
  ])('after %s', async (_, first) => {
    for (const request of [read, write]) {
      const connection = await to(inTurn(first, ok));
      expect(await request.send(connection)).toEqual({ fine: true });
      expect(server().received.map(({ method, path }) => [method, path])).toEqual([
        [request.method, PATH],
        [request.method, PATH],
      ]);
    }
  });

  it('after waits that double, within limits', async () => {
    const { clock, retry } = onVirtualClock();
    const connection = await to(inTurn(...Array.from({ length: 8 }, () => busy(503)), ok), { retry });
    expect(await write.send(connection)).toEqual({ fine: true });
    expect(clock.waits).toHaveLength(8);
    for (const [index, ms] of clock.waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(Math.min(50 * 2 ** index, 2_000));
      expect(ms).toBeLessThanOrEqual(Math.min(100 * 2 ** index, 2_000));
    }
  });

  it('after as long as Retry-After says', async () => {
    const { clock, retry } = onVirtualClock();
    const connection = await to(inTurn(busy(429, { 'retry-after': '1' }), ok), { retry });
    expect(await read.send(connection)).toEqual({ fine: true });
    expect(clock.waits).toHaveLength(1);
    expect(sum(clock.waits)).toBeGreaterThanOrEqual(1_000);
  });

  it('beyond the time of a read, by a server that throttles', async () => {
    const { clock, retry } = onVirtualClock();
    const throttled = Array.from({ length: 6 }, () => busy(429, { 'retry-after': '1' }));
    const connection = await to(inTurn(...throttled, ok), { retry });
    expect(await read.send(connection)).toEqual({ fine: true });
    expect(sum(clock.waits)).toBeGreaterThan(DEFAULT_RETRY.read.totalMs);
  });

  it.each([400, 403, 404, 409, 422])('never after %d, which is an answer', async (status) => {
    const connection = await to(busy(status));
    expect(await failureOf(read.send(connection))).toMatchObject({ code: status });
    expect(server().received).toHaveLength(1);
  });
});

describe('a cluster out of reach', () => {
  it('is known within five seconds, by a read', () => {
    expect(DEFAULT_RETRY.read.totalMs).toBeLessThan(5_000);
  });

  const html: Respond = (_, response) => {
    response.writeHead(502).end(`<html><p>Bad gateway, ${TOKEN}</p></html>`);
  };
  const unavailable = (why: string) => ({
    kind: 'unavailable',
    message: `The cluster is out of reach (${why}). Try again.`,
  });

  it('that wants more time than there is gets no second request', async () => {
    const { clock, retry } = onVirtualClock();
    const connection = await to(busy(429, { 'retry-after': '60' }), { retry });
    expect(await failureOf(write.send(connection))).toMatchObject(
      unavailable('it answered 429: too busy for now'),
    );
    expect(server().received).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  it.each<[string, Respond | typeof NOBODY, string]>([
    ['that is busy all the time', busy(503), 'it answered 503: too busy for now'],
    ['that wants a minute', busy(429, { 'retry-after': '60' }), 'it answered 429: too busy for now'],
    ['that answers in HTML', html, 'it answered 502'],
    ['that refuses connections', NOBODY, 'ECONNREFUSED'],
  ])('%s is unavailable within the time of a read', async (_, respond, why) => {
    const { clock, retry } = onVirtualClock();
    const connection =
      respond === NOBODY ? createClient({ endpoint: NOBODY, tls: {}, retry }) : await to(respond, { retry });
    expect(await failureOf(read.send(connection))).toMatchObject(unavailable(why));
    expect(sum(clock.waits)).toBeLessThanOrEqual(DEFAULT_RETRY.read.totalMs);
  });

  it('that is busy for longer than a read may take is waited for by a list', async () => {
    const { clock, retry } = onVirtualClock();
    const { forLists } = await to(busy(503), { retry });
    expect(await failureOf(read.send(forLists(60_000)))).toMatchObject({ kind: 'unavailable' });
    expect(sum(clock.waits)).toBeGreaterThan(DEFAULT_RETRY.read.totalMs);
    expect(sum(clock.waits)).toBeLessThanOrEqual(DEFAULT_RETRY.list.totalMs);
  });

  it('that accepts and never answers is tried again, and then unavailable', async () => {
    const policy = { totalMs: 2_000, attemptMs: 50, firstWaitMs: 1, maxAttempts: 2 };
    const connection = await to(silent, { retry: { ...DEFAULT_RETRY, read: policy, write: policy } });
    expect(await failureOf(read.send(connection))).toMatchObject(unavailable('no answer in time'));
    expect(server().received.length).toBeLessThanOrEqual(2);
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
    const patient = { totalMs: 60_000, firstWaitMs: 50, maxAttempts: 1 };
    const connection = await to(inTurn(ok, silent), {
      retry: { ...DEFAULT_RETRY, read: patient, write: patient },
    });
    expect(await read.send(connection)).toEqual({ fine: true });
    const ended: string[] = [];
    const call = failureOf(read.send(connection)).finally(() => ended.push('a call of no invocation'));
    const short = connection.withDeadline(300);
    await Promise.all(
      [read, write].map(async (request) => {
        expect(await failureOf(request.send(short))).toMatchObject({
          kind: 'unavailable',
          message: 'The cluster is out of reach (no answer in time). Try again.',
        });
      }),
    );
    expect(ended).toEqual([]);
    await server().close();
    await call;
  });

  it('sends nothing more when its time is up', async () => {
    const { withDeadline } = await to(silent);
    const short = withDeadline(50);
    await failureOf(read.send(short));
    const before = server().received.length;
    expect(await failureOf(read.send(short))).toMatchObject({ kind: 'unavailable' });
    expect(server().received).toHaveLength(before);
  });

  it('ends in time, even when the garbage collector runs', async () => {
    const { withDeadline } = await to(silent);
    const call = failureOf(write.send(withDeadline(400)));
    await collectUntil(call);
    expect(await call).toMatchObject({ kind: 'unavailable' });
  });
});
