import { afterEach, describe, expect, it } from '@jest/globals';
import { cloudFormationResponses } from '../../../lib/platform/aws/cloudformation-response.ts';
import { virtualClock } from '../../support/fake-clock.ts';
import { startServer, type TestServer } from '../../support/test-server.ts';

const ANSWER = {
  Status: 'SUCCESS' as const,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'RuleCleanup',
  PhysicalResourceId: 'cleanup',
};

let server: TestServer;
const { send } = cloudFormationResponses(virtualClock());
afterEach(() => server.close());

describe('the answer to CloudFormation', () => {
  it('is put as JSON without a content type, since the address was signed without one', async () => {
    server = await startServer((_, response) => response.end());
    await send(`${server.endpoint}/answer?signature=abc`, ANSWER);
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'PUT', path: '/answer?signature=abc' });
    expect(received?.headers['content-type'] ?? '').toBe('');
    expect(JSON.parse(received?.body ?? '')).toEqual(ANSWER);
  });

  it('is put again when it was not taken', async () => {
    server = await startServer((_, response) => {
      response.statusCode = server.received.length < 3 ? 503 : 200;
      response.end();
    });
    await send(server.endpoint, ANSWER);
    expect(server.received).toHaveLength(3);
  });

  it('throws after four tries, without the address', async () => {
    server = await startServer((_, response) => {
      response.statusCode = 403;
      response.end();
    });
    await expect(send(`${server.endpoint}/?signature=abc`, ANSWER)).rejects.toThrow(
      'CloudFormation took no answer: 403.',
    );
    expect(server.received).toHaveLength(4);
  });
});
