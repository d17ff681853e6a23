import { afterEach, describe, expect, it } from '@jest/globals';
import { ecrRegistry } from '../../lib/builds/repository-registry.ts';
import { startServer, type TestServer } from '../support/test-server.ts';

const REPOSITORY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/apps/built';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

let server: TestServer | undefined;
afterEach(() => server?.close());

async function ask(status: number, body: unknown): Promise<string> {
  server = await startServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  const { endpoint } = server;
  return ecrRegistry({ region: 'eu-central-1', endpoint, repository: REPOSITORY, credentials }).credentials();
}

describe('the registry', () => {
  it('has the token of ECR for the host of its repository', async () => {
    const config = await ask(200, { authorizationData: [{ authorizationToken: 'QVdTOnRva2Vu' }] });
    expect(JSON.parse(config)).toEqual({
      auths: { '111122223333.dkr.ecr.eu-central-1.amazonaws.com': { auth: 'QVdTOnRva2Vu' } },
    });
    expect(server?.received[0]?.headers).toMatchObject({
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
    });
  });

  it('is out of reach when ECR throttles', async () => {
    await expect(ask(400, { __type: 'ThrottlingException' })).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The registry ECR is out of reach (ThrottlingException). Try again.',
    });
  });

  it('fails when ECR rejects the request, with its error code alone', async () => {
    await expect(ask(400, { __type: 'AccessDeniedException', message: 'secret' })).rejects.toThrow(
      /^ECR refused a token to push with: AccessDeniedException$/,
    );
    await server?.close();
    await expect(ask(200, { authorizationData: [] })).rejects.toThrow(/^ECR answered without a token\.$/);
  });
});
