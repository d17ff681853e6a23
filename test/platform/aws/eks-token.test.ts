import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { eksToken } from '../../../lib/platform/aws/eks-token.ts';

const SIGNED_AT = new Date('2026-11-24T21:00:00.250Z');
/** The example credentials of AWS's own documentation. */
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const urlOf = (token: string): URL => {
  expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
  return new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 of a presigned URL, as AWS's documentation spells it out. */
function signatureOf(url: URL, cluster: string): string {
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature');
  const encoded = query.map((pair) => pair.map((part) => encodeURIComponent(part)).join('=')).toSorted();
  const request = [
    'GET',
    '/',
    encoded.join('&'),
    `host:${url.host}\nx-k8s-aws-id:${cluster}\n`,
    'host;x-k8s-aws-id',
    createHash('sha256').update('').digest('hex'),
  ].join('\n');
  const scope = ['20261124', 'eu-central-1', 'sts', 'aws4_request'];
  const text = [
    'AWS4-HMAC-SHA256',
    '20261124T210000Z',
    scope.join('/'),
    createHash('sha256').update(request).digest('hex'),
  ].join('\n');
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return hmac(key, text).toString('hex');
}

describe('eksToken', () => {
  it('is a signed request that identifies the caller to the cluster', async () => {
    const url = urlOf(await eksToken('billing-cluster', 'eu-central-1', credentials, SIGNED_AT));
    expect(`${url.origin}${url.pathname}`).toBe('https://sts.eu-central-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261124/eu-central-1/sts/aws4_request',
      'X-Amz-Date': '20261124T210000Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Signature': signatureOf(url, 'billing-cluster'),
    });
  });

  it('is for one cluster', async () => {
    const tokens = ['one', 'other'].map((cluster) =>
      eksToken(cluster, 'eu-central-1', credentials, SIGNED_AT),
    );
    const [one, other] = (await Promise.all(tokens)).map((token) =>
      urlOf(token).searchParams.get('X-Amz-Signature'),
    );
    expect(one).not.toBe(other);
  });

  it('carries the session of temporary credentials', async () => {
    const temporary = { ...credentials, sessionToken: 'session/+=' };
    const url = urlOf(await eksToken('billing-cluster', 'eu-central-1', temporary, SIGNED_AT));
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('session/+=');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, 'billing-cluster'));
  });

  it('holds no secret key', async () => {
    const token = await eksToken('billing-cluster', 'eu-central-1', credentials, SIGNED_AT);
    expect(urlOf(token).href).not.toContain('wJalr');
  });
});
