import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { type Gateway, startGateway } from '../../../local/gateway/gateway.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const Timed = v.object({ requestContext: v.object({ time: v.string(), timeEpoch: v.number() }) });

/** Size of a result with an empty body, as Lambda takes it: JSON in UTF-8. */
const EMPTY_RESULT_BYTES = Buffer.byteLength(JSON.stringify({ statusCode: 200, body: '' }));
const MAX_RESULT_BYTES = 6_291_556;

let gateway: Gateway;
let answer: () => Promise<unknown>;
let events: unknown[];
let errors: unknown[];

beforeAll(async () => {
  gateway = await startGateway({
    routes: [
      {
        routeKey: 'POST /v1/spaces/{space}/apps',
        target: async (event) => {
          events.push(event);
          return answer();
        },
      },
    ],
    authorizer: async () => ({}),
    integrationTimeoutMs: 200,
    onError: (error) => errors.push(error),
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  answer = async () => ({ statusCode: 204 });
  events = [];
  errors = [];
});

type Sent = {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
};

const send = ({ query = '', headers = {}, body = '' }: Sent) =>
  new Promise<{ readonly status: number | undefined; readonly text: string }>((resolve, reject) => {
    const url = new URL(`${gateway.url}/v1/spaces/a/apps${query}`);
    const list = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => [name, value]),
    );
    const outgoing = request(url, { method: 'POST' }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() });
    });
    for (let index = 0; index < list.length; index += 2)
      outgoing.appendHeader(list[index] ?? '', list[index + 1] ?? '');
    outgoing.on('error', reject).end(body);
  });

const json = { 'content-type': 'application/json' };

describe('the local gateway', () => {
  it.each([
    ['a result of the largest size', MAX_RESULT_BYTES - EMPTY_RESULT_BYTES, 200],
    ['a result of one byte more', MAX_RESULT_BYTES - EMPTY_RESULT_BYTES + 1, 500],
  ])('answers %s as Lambda and API Gateway do', async (_, length, status) => {
    answer = async () => ({ statusCode: 200, body: 'x'.repeat(length) });
    const { text, ...answered } = await send({});
    expect(answered).toEqual({ status });
    expect(text.slice(0, 50)).toBe(status === 200 ? 'x'.repeat(50) : '{"message":"Internal Server Error"}');
    expect(errors.map(String)).toEqual(
      status === 200 ? [] : [expect.stringContaining('Function.ResponseSizeTooLarge')],
    );
  });

  it('counts the quotes of a result twice, since its body is a text in JSON', async () => {
    answer = async () => ({ statusCode: 200, body: '"'.repeat(4 * MiB) });
    expect((await send({})).status).toBe(500);
  });

  it('answers 503 for a function that takes too long', async () => {
    answer = () => new Promise(() => {});
    expect(await send({})).toEqual({ status: 503, text: '{"message":"Service Unavailable"}' });
  });

  it.each([
    ['an event of more than 6 MB', { headers: json, body: 'x'.repeat(6 * MiB) }, 413],
    ['a binary body, larger in base64', { body: Buffer.alloc(5 * MiB) }, 413],
    ['a body of more than 10 MB', { headers: json, body: 'x'.repeat(10 * MiB + 1) }, 413],
    ['a body of 5 MB', { headers: json, body: 'x'.repeat(5 * MiB) }, 204],
    ['a header of 11,000 bytes', { headers: { 'x-long': 'x'.repeat(11_000) } }, 431],
    ['a query of 11,000 bytes', { query: `?q=${'x'.repeat(11_000)}` }, 431],
    ['many headers of 11,000 bytes together', { headers: { a: Array(11).fill('x'.repeat(1_000)) } }, 431],
    [
      'a header and a query of 9,800 bytes',
      { query: `?q=${'x'.repeat(4_900)}`, headers: { a: 'x'.repeat(4_900) } },
      204,
    ],
  ])('of a request with %s', async (_, sent, status) => {
    expect((await send(sent)).status).toBe(status);
    expect(events).toHaveLength(status === 204 ? 1 : 0);
  });
});

describe('an event of the local gateway', () => {
  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['Application/JSON', false],
    ['text/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/problem+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['', true],
  ])('has a body of the type "%s" in base64: %s', async (type, isBase64Encoded) => {
    await send({ headers: type === '' ? {} : { 'content-type': type }, body: '{"a":"é"}' });
    const body = isBase64Encoded ? Buffer.from('{"a":"é"}').toString('base64') : '{"a":"é"}';
    expect(events).toMatchObject([{ body, isBase64Encoded }]);
  });

  it('has no body where there is none', async () => {
    await send({ headers: json });
    expect(events).toMatchObject([{ isBase64Encoded: false }]);
    expect(events[0]).not.toHaveProperty('body');
  });

  it('has values of one header and of one parameter joined by commas, and cookies in a list', async () => {
    await send({
      query: '?a=1&a=2&b=c%20d&e',
      headers: { 'X-Two': ['one', 'two, three'], Cookie: ['a=1; b=2', 'c=3'] },
    });
    expect(events).toMatchObject([
      {
        version: '2.0',
        cookies: ['a=1', 'b=2', 'c=3'],
        headers: { 'x-two': 'one,two, three' },
        rawQueryString: 'a=1&a=2&b=c%20d&e',
        queryStringParameters: { a: '1,2', b: 'c d', e: '' },
      },
    ]);
    expect(events).not.toMatchObject([{ headers: { cookie: expect.anything() } }]);
  });

  it('has no cookies where there are none', async () => {
    await send({});
    expect(events[0]).not.toHaveProperty('cookies');
  });

  it('has the time in the format of access logs, and in ms', async () => {
    await send({});
    const { requestContext } = v.parse(Timed, events[0]);
    const [, day, month, year, clock] =
      /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) \+0000$/.exec(requestContext.time) ?? [];
    expect(Date.parse(`${day} ${month} ${year} ${clock} GMT`)).toBe(
      Math.floor(requestContext.timeEpoch / 1000) * 1000,
    );
  });
});
