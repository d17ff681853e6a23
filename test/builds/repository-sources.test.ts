import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type SourceBucket, s3Sources } from '../../lib/builds/repository-sources.ts';
import { NOBODY } from '../support/listen.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const SHA = 'ab'.repeat(32);
const NOW = new Date('2026-11-28T03:00:00Z');
const DAY_MS = 86_400_000;

const PLACE: SourceBucket = {
  bucket: 'sources-1',
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/+', sessionToken: 'token/+=' },
};

const waits: number[] = [];
const clock = {
  now: () => NOW,
  wait: async (ms: number) => {
    waits.push(ms);
  },
};

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encoded = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, escape);

/** Signature that S3 computes for a request (SigV4, query string). */
function signatureOf(method: string, url: URL, headers: Readonly<Record<string, string>>): string {
  const names = url.searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? [];
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
  const sent: Readonly<Record<string, string>> = { ...headers, host: url.host };
  const lines = names.map((name) => `${name}:${sent[name] ?? ''}\n`).join('');
  const asked = [method, url.pathname, query, lines, names.join(';'), 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = '20261128/eu-central-1/s3/aws4_request';
  const text = ['AWS4-HMAC-SHA256', '20261128T030000Z', scope, hash(asked)].join('\n');
  const key = ['20261128', 'eu-central-1', 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${PLACE.credentials.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

describe('a source', () => {
  it.each([
    ['space', '..', 'billing', SHA],
    ['space', 'team-a/billing', 'billing', SHA],
    ['app', 'team-a', '../../sources/team-b/billing', SHA],
    ['app', 'team-a', 'billing?x=', SHA],
    ['sha256', 'team-a', 'billing', `../../team-b/billing/${SHA}`],
    ['sha256', 'team-a', 'billing', ''],
  ])('has no key with a %s of %j, %j, %j', async (field, space, app, sha256) => {
    const sources = s3Sources(PLACE, clock);
    const refused = { kind: 'invalid', message: expect.stringMatching(`^${field}: `) };
    await expect(sources.download(space, app, sha256)).rejects.toMatchObject(refused);
    await expect(sources.upload(space, app, { sha256, size: 1 })).rejects.toMatchObject(refused);
    await expect(sources.has(space, app, sha256)).rejects.toMatchObject(refused);
  });
});

describe('an upload', () => {
  it('is signed for exactly these bytes: their number and checksum are signed headers', async () => {
    const upload = await s3Sources(PLACE, clock).upload('team-a', 'billing', { sha256: SHA, size: 1234 });
    const url = new URL(upload.url);
    expect(upload).toMatchObject({
      method: 'PUT',
      headers: {
        'content-length': '1234',
        'x-amz-checksum-sha256': Buffer.from(SHA, 'hex').toString('base64'),
      },
      expiresAt: '2026-11-28T03:15:00.000Z',
    });
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host;x-amz-checksum-sha256');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    // In the query S3 would not look at it.
    expect(upload.url.toLowerCase()).not.toContain('checksum-sha256=');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf('PUT', url, upload.headers));
  });

  it('goes to the prefix of its app alone', async () => {
    const { url } = await s3Sources(PLACE, clock).upload('team-a', 'billing', { sha256: SHA, size: 1 });
    expect(new URL(url).host).toBe('sources-1.s3.eu-central-1.amazonaws.com');
    expect(new URL(url).pathname).toBe(`/sources/team-a/billing/${SHA}.tgz`);
  });
});

describe('a download', () => {
  it('is signed for an hour', async () => {
    const url = new URL(await s3Sources(PLACE, clock).download('team-a', 'billing', SHA));
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf('GET', url, {}));
  });
});

describe('a source in the store', () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.close();
    waits.length = 0;
  });

  /** Asks a store whose S3 gives these responses in turn. */
  async function ask(...answers: readonly { status: number; age?: number }[]): Promise<boolean> {
    const left = [...answers];
    server = await startServer((_, response) => {
      const { status, age = 0 } = left.shift() ?? { status: 599 };
      response.writeHead(status, { 'last-modified': new Date(NOW.getTime() - age).toUTCString() }).end();
    });
    return s3Sources({ ...PLACE, endpoint: server.endpoint }, clock).has('team-a', 'billing', SHA);
  }

  it.each([
    ['there', { status: 200 }, true],
    ['there for less than half of its life', { status: 200, age: 15 * DAY_MS - 1000 }, true],
    ['there for half of its life', { status: 200, age: 15 * DAY_MS }, false],
    ['not there', { status: 404 }, false],
  ])('%s', async (_, answer, isThere) => {
    expect(await ask(answer)).toBe(isThere);
    expect(server?.received).toHaveLength(1);
  });

  it('is looked up again when S3 throttles', async () => {
    expect(await ask({ status: 503 }, { status: 500 }, { status: 200 })).toBe(true);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeGreaterThanOrEqual(100);
    expect(waits[1]).toBeGreaterThanOrEqual(200);
  });

  it('is out of reach when S3 throttles every attempt', async () => {
    await expect(ask({ status: 503 }, { status: 503 }, { status: 503 })).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The store of sources is out of reach (it answered 503). Try again.',
    });
  });

  it('fails when S3 rejects the request', async () => {
    await expect(ask({ status: 403 })).rejects.toThrow('S3 answered 403 for a source in bucket "sources-1".');
  });

  it('is out of reach without a response', async () => {
    await expect(
      s3Sources({ ...PLACE, endpoint: NOBODY }, clock).has('team-a', 'billing', SHA),
    ).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('ECONNREFUSED') });
  });
});
