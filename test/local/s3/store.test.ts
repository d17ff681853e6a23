import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { USER_KEY } from '../../../local/account.ts';
import { createCredentials } from '../../../local/credentials.ts';
import { type EmbeddedS3, SOURCES_BUCKET, startEmbeddedS3 } from '../../../local/s3/start.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import { eventually } from '../../support/eventually.ts';

const BODY = 'a source of some bytes';
const CHECKSUM = createHash('sha256').update(BODY).digest('base64');
const SIGNED = new Set(['content-length', 'x-amz-checksum-sha256']);

describe('the S3 of the local cloud', () => {
  let directory = '';
  let s3: EmbeddedS3;
  let now = new Date();
  const clients: S3Client[] = [];

  /** Permissions: `reader` may get objects; `writer` may put, and list the bucket. */
  const denialOf = (accessKey: string, action: string, resource: string) => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      local: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      'local-reader': ['s3:GetObject'],
      'local-writer': ['s3:PutObject', 's3:GetObject', 's3:ListBucket'],
    };
    const actions = allowed[accessKey];
    if (actions === undefined) return { code: 'UnrecognizedClientException', message: 'unknown' };
    const isOurs = resource.startsWith(`arn:aws:s3:::${SOURCES_BUCKET}`);
    return isOurs && actions.includes(action)
      ? undefined
      : { code: 'AccessDeniedException', message: `not authorized to perform: ${action}` };
  };

  const client = (accessKeyId = USER_KEY, { keyOf } = CREDENTIALS) => {
    const made = new S3Client({
      region: 'us-east-1',
      endpoint: s3.url,
      forcePathStyle: true,
      credentials: keyOf(accessKeyId),
      maxAttempts: 1,
    });
    clients.push(made);
    return made;
  };

  const upload = (key: string, by = client(), body = BODY) =>
    getSignedUrl(
      by,
      new PutObjectCommand({
        Bucket: SOURCES_BUCKET,
        Key: key,
        ContentLength: body.length,
        ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
      }),
      { expiresIn: 900, unhoistableHeaders: SIGNED, signableHeaders: SIGNED },
    );
  const download = (key: string, by = client()) =>
    getSignedUrl(by, new GetObjectCommand({ Bucket: SOURCES_BUCKET, Key: key }), { expiresIn: 60 });
  const put = (url: string, body = BODY, headers: Readonly<Record<string, string>> = {}) =>
    fetch(url, { method: 'PUT', body, headers: { 'x-amz-checksum-sha256': CHECKSUM, ...headers } });
  const head = (key: string, by = client()) =>
    by.send(new HeadObjectCommand({ Bucket: SOURCES_BUCKET, Key: key, ChecksumMode: 'ENABLED' }));
  const refusal = async (response: Response) => ({ status: response.status, body: await response.text() });
  const withCode = (status: number, code: string) => ({
    status,
    body: expect.stringContaining(`<Code>${code}</Code>`),
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'taskbridge-s3-test-'));
    const permissions = { denialOf, isInvokeAllowed: () => false };
    s3 = await startEmbeddedS3({ directory, credentials: CREDENTIALS, permissions, now: () => now });
  });

  afterAll(async () => {
    for (const one of clients) one.destroy();
    await s3.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('stores a presigned PUT and serves it to a presigned GET', async () => {
    const answer = await put(await upload('sources/demo/hello/one.tgz'));
    expect({ status: answer.status, sum: answer.headers.get('x-amz-checksum-sha256') }).toEqual({
      status: 200,
      sum: CHECKSUM,
    });
    const got = await fetch(await download('sources/demo/hello/one.tgz'));
    expect({ status: got.status, body: await got.text() }).toEqual({ status: 200, body: BODY });
  });

  it('answers HEAD requests of the SDK', async () => {
    await put(await upload('head'));
    expect(await head('head')).toMatchObject({
      ContentLength: BODY.length,
      ChecksumSHA256: CHECKSUM,
      ETag: `"${createHash('md5').update(BODY).digest('hex')}"`,
      LastModified: expect.any(Date),
    });
  });

  it('hides missing keys from callers who may not list', async () => {
    await expect(head('nothing')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await expect(head('nothing', client('local-reader'))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect(await refusal(await fetch(await download('nothing')))).toEqual(withCode(404, 'NoSuchKey'));
  });

  it.each([
    ['of another body', () => ['another of some bytes!', {}] as const, 400, 'BadDigest'],
    ['of a longer body', () => [`${BODY}!`, {}] as const, 403, 'SignatureDoesNotMatch'],
    [
      'with another checksum',
      () => ['x', { 'x-amz-checksum-sha256': 'AAAA' }] as const,
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'with a header that was not signed',
      () => [BODY, { 'x-amz-acl': 'public-read' }] as const,
      403,
      'AccessDenied',
    ],
  ])('rejects a PUT %s, and stores nothing', async (_, change, status, code) => {
    const before = await readdir(directory);
    const [body, headers] = change();
    expect(await refusal(await put(await upload('bad'), body, headers))).toEqual(withCode(status, code));
    await expect(head('bad')).rejects.toMatchObject({ name: 'NotFound' });
    expect(await readdir(directory)).toEqual(before);
  });

  it('rejects a signature of another key, of an unknown user and of another path', async () => {
    const forged = await put(await upload('bad', client(USER_KEY, createCredentials())));
    expect(await refusal(forged)).toEqual(withCode(403, 'SignatureDoesNotMatch'));
    const unknown = await put(await upload('bad', client('nobody')));
    expect(await refusal(unknown)).toEqual(withCode(403, 'InvalidAccessKeyId'));
    const moved = (await upload('bad')).replace('/bad?', '/worse?');
    expect(await refusal(await put(moved))).toEqual(withCode(403, 'SignatureDoesNotMatch'));
    expect(await refusal(await fetch(`${s3.url}/${SOURCES_BUCKET}/bad`))).toEqual(
      withCode(403, 'AccessDenied'),
    );
  });

  it("checks the permissions of a URL's signer when it is used", async () => {
    const answer = await put(await upload('bad', client('local-reader')));
    expect(await refusal(answer)).toEqual(withCode(403, 'AccessDenied'));
    const other = new PutObjectCommand({ Bucket: 'other', Key: 'bad', Body: BODY });
    await expect(client().send(other)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('rejects an expired URL, with its times', async () => {
    const url = await upload('late');
    now = new Date(Date.now() + 901_000);
    const { status, body } = await refusal(await put(url));
    now = new Date();
    expect({ status, body }).toEqual(withCode(403, 'AccessDenied'));
    expect(body).toMatch(/<Message>Request has expired<\/Message>.*<Expires>.+<\/Expires><ServerTime>/);
  });

  it('keeps the previous object if a PUT is interrupted', async () => {
    await put(await upload('cut'));
    const before = await readdir(directory);
    const request = httpRequest(await upload('cut'), {
      method: 'PUT',
      headers: { 'content-length': BODY.length, 'x-amz-checksum-sha256': CHECKSUM },
    });
    request.on('error', () => undefined);
    request.write(BODY.slice(0, 5));
    await eventually(async () => ((await readdir(directory)).length > before.length ? true : undefined), {
      what: 'the half of the file',
    });
    request.destroy();
    await eventually(async () => ((await readdir(directory)).length === before.length ? true : undefined), {
      what: 'its removal',
    });
    expect(await head('cut')).toMatchObject({ ContentLength: BODY.length });
  });

  it('requires a content length', async () => {
    const request = httpRequest(await upload('unmeasured'), { method: 'PUT' });
    const answered = new Promise<string>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => resolve(text(response)));
    });
    request.setHeader('x-amz-checksum-sha256', CHECKSUM);
    request.write(BODY);
    request.end();
    expect(await answered).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('stores objects of the SDK', async () => {
    await client().send(new PutObjectCommand({ Bucket: SOURCES_BUCKET, Key: 'a b/ü+.tgz', Body: BODY }));
    const got = await client().send(new GetObjectCommand({ Bucket: SOURCES_BUCKET, Key: 'a b/ü+.tgz' }));
    expect(await got.Body?.transformToString()).toBe(BODY);
  });
});
