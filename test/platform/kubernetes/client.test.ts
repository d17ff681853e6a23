import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Connection, createClient } from '../../../lib/platform/kubernetes/client.ts';
import { callApi, DEFAULT_RETRY } from '../../../lib/platform/kubernetes/errors.ts';
import { readText } from '../../../lib/platform/kubernetes/transport.ts';
import { virtualClock } from '../../support/fake-clock.ts';
import { busy, failureOf, lines, ok, open, read, reset, TOKEN } from '../../support/lines.ts';
import { inTurn, json, type Respond } from '../../support/test-server.ts';

const { to, server, close } = lines();
afterAll(close);

describe('a fault that is not the network’s is thrown as it is, at once', () => {
  it('a token file that is missing', async () => {
    const token = async () => (await readFile('/nowhere/token')).toString();
    const connection = await to(ok, { token });
    const error = await failureOf(read.send(connection));
    expect(error).not.toHaveProperty('kind');
    expect(error.message).toContain('ENOENT');
    expect(server().received).toHaveLength(0);
  });

  it('a server that speaks no TLS', async () => {
    await to(ok);
    const { endpoint } = server();
    const connection = createClient({ endpoint: endpoint.replace('http:', 'https:'), tls: {} });
    const error = await failureOf(read.send(connection));
    expect(error).not.toHaveProperty('kind');
    expect(error.message).toContain('wrong version number');
  });
});

describe('a stream', () => {
  const OPENING_MS = 500;

  /** The text of a stream that was opened. */
  async function textFrom(connection: Connection): Promise<string> {
    const opened = await open(connection);
    return 'body' in opened ? readText(opened.body) : `${opened.status} ${opened.text}`;
  }

  it.each([
    ['a server that is busy', busy(503)],
    ['a connection that is reset', reset],
  ])('is opened again after %s', async (_, first) => {
    expect(await textFrom(await to(inTurn(first, ok)))).toBe('{"fine":true}');
    expect(server().received).toHaveLength(2);
  });

  it('that is refused is an answer', async () => {
    expect(await textFrom(await to(busy(404)))).toBe('404 {"kind":"Status","message":"too busy for now"}');
  });

  it('has as long as it needs once it has started', async () => {
    const slow: Respond = (_, response) => {
      response.write('begun, ');
      // Longer than all attempts at an opening may take.
      setTimeout(() => response.end('ended'), 2 * OPENING_MS);
    };
    const read = { totalMs: OPENING_MS, attemptMs: OPENING_MS, firstWaitMs: 1 };
    expect(await textFrom(await to(slow, { retry: { ...DEFAULT_RETRY, read } }))).toBe('begun, ended');
  });

  it('that can’t be opened is out of reach, without the inner address', async () => {
    const message =
      'Get "https://10.1.2.3:10250/containerLogs/a/b": dial tcp 10.1.2.3:10250: connect: connection refused';
    const connection = await to((_, response) => json(response, 500, { kind: 'Status', message }), {
      retry: { ...DEFAULT_RETRY, clock: virtualClock() },
    });
    expect(await failureOf(open(connection))).toMatchObject({
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
  ])('is reported without addresses: %s', async (message, reported) => {
    const connection = await to((_, response) => json(response, 503, { kind: 'Status', message }), {
      retry: { ...DEFAULT_RETRY, clock: virtualClock() },
    });
    expect((await failureOf(open(connection))).message).toContain(reported);
  });

  it('keeps its connection until it is closed, while a burst waits for it', async () => {
    const connection = await to(ok);
    const texts = await Promise.all(Array.from({ length: 120 }, () => textFrom(connection)));
    expect(new Set(texts)).toEqual(new Set(['{"fine":true}']));
    expect(server().received).toHaveLength(120);
    expect(server().connections()).toBeLessThanOrEqual(50);
  });
});

describe('a compressed answer', () => {
  const compressed = gzipSync('{"fine":true}');
  const answer =
    (body: Buffer): Respond =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(body);
    };
  const cut: Respond = (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': compressed.length });
    response.write(compressed.subarray(0, 10), () => response.destroy());
  };

  it('is read, and again where the connection ended early', async () => {
    const connection = (await to(inTurn(cut, answer(compressed)))).forLists();
    expect(await read.send(connection)).toEqual({ fine: true });
    expect(server().received.map(({ headers }) => headers['accept-encoding'])).toEqual(['gzip', 'gzip']);
  });

  it('that is damaged is thrown as it is', async () => {
    const connection = (await to(answer(Buffer.from('not gzip')))).forLists();
    expect((await failureOf(read.send(connection))).message).toContain('incorrect header check');
    expect(server().received).toHaveLength(1);
  });

  it('is limited by its size without compression', async () => {
    const large = gzipSync(JSON.stringify({ text: 'a'.repeat(100_000) }));
    const connection = (await to(answer(large), { maxPageBytes: 50_000 })).forLists().forPage();
    expect((await failureOf(read.send(connection))).message).toBe('An answer of more than 50000 bytes.');
  });
});

describe('a token', () => {
  /** Answers 401 to every token but this one. */
  const accepts =
    (token: string): Respond =>
    (request, response) =>
      request.headers.authorization === `Bearer ${token}` ? ok(request, response) : json(response, 401, {});

  it('is sent with each request', async () => {
    const connection = await to(ok);
    await read.send(connection);
    expect(server().received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('that is rejected is fetched anew, once', async () => {
    const asked: boolean[] = [];
    const connection = await to(accepts('new'), {
      token: async (fresh) => {
        asked.push(fresh);
        return fresh ? 'new' : 'old';
      },
    });
    expect(await read.send(connection)).toEqual({ fine: true });
    expect(asked).toEqual([false, true]);
  });

  it('that is refused anew is an answer', async () => {
    const connection = await to(accepts('none'));
    expect(await failureOf(read.send(connection))).toMatchObject({ code: 401 });
    expect(server().received).toHaveLength(2);
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
    const error = await failureOf(callApi(subject, () => custom.getNamespacedCustomObject(call)));
    expect(error.message).toBe('Task "a": the cluster answered 418: ');
    expect(inspect(error)).not.toContain(TOKEN);
  });
});

describe('connections', () => {
  it('are kept: many requests in a row need one', async () => {
    const connection = await to(ok);
    for (let request = 0; request < 20; request += 1) await read.send(connection);
    expect(server().connections()).toBe(1);
  });

  it('are fifty at most', async () => {
    const connection = await to(ok);
    await Promise.all(Array.from({ length: 120 }, () => read.send(connection)));
    expect(server().received).toHaveLength(120);
    expect(server().connections()).toBeLessThanOrEqual(50);
  });
});
