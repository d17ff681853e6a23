import { afterEach, describe, expect, it } from '@jest/globals';
import { secretToken } from '../../../lib/platform/aws/secret-token.ts';
import { startServer, type TestServer } from '../../support/test-server.ts';

let server: TestServer;
afterEach(() => server.close());

/** Asks a Secrets Manager that answers so. */
async function asked(status: number, body: unknown) {
  server = await startServer((_, response) => {
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return secretToken({
    name: 'taskbridge/dev/runner',
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
  });
}

describe('a token in Secrets Manager', () => {
  it('is the whole text of its secret', async () => {
    expect(await asked(200, { SecretString: 'eyJhbGciOi.token\n' })).toBe('eyJhbGciOi.token');
    const [received] = server.received;
    expect(received?.headers['x-amz-target']).toBe('secretsmanager.GetSecretValue');
    expect(received?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/secretsmanager\/aws4_request/,
    );
    expect(JSON.parse(received?.body ?? '')).toEqual({ SecretId: 'taskbridge/dev/runner' });
  });

  it.each([
    ['a fault', 500, { __type: 'InternalServiceError' }],
    ['a throttle', 400, { __type: 'ThrottlingException' }],
  ])('is out of reach at %s', async (_, status, body) => {
    await expect(asked(status, body)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('names the secret that AWS refuses', async () => {
    const refused = { __type: 'com.amazonaws#ResourceNotFoundException', Message: "can't find" };
    await expect(asked(400, refused)).rejects.toThrow(
      'Secrets Manager refused the secret "taskbridge/dev/runner": ResourceNotFoundException',
    );
  });

  it.each([
    ['is binary', { SecretBinary: 'c2VjcmV0' }],
    ['is empty', { SecretString: ' ' }],
  ])('repeats nothing of a secret that %s', async (_, body) => {
    await expect(asked(200, body)).rejects.toThrow(
      'The secret "taskbridge/dev/runner" holds no text. Put the token there, and nothing else.',
    );
  });
});
