import { ListArchivesCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwsClient } from 'aws4fetch';
import { USER } from '../../support/credentials.ts';
import { startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';

let running: TestEventBridge;

beforeAll(async () => {
  running = await startTestEventBridge();
});

afterAll(() => running.stop());

const signed = new AwsClient({ ...USER, service: 'events', region: 'us-east-1' });

const post = (body: string, headers: Record<string, string> = { 'x-amz-target': 'AWSEvents.ListRules' }) =>
  signed.fetch(running.eventBridge.url, { method: 'POST', headers, body });

describe('the API', () => {
  it('answers in JSON 1.1', async () => {
    const response = await post('{}');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await response.json()).toEqual({ Rules: [] });
  });

  it('names an unsupported operation and the supported ones', async () => {
    await expect(running.client.send(new ListArchivesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringMatching(/^ListArchives is not served here; served: PutRule, DescribeRule, /),
    });
  });

  it.each<[string, string, Record<string, string>, string, string]>([
    ['no operation', '{}', {}, 'UnknownOperationException', 'POST / without X-Amz-Target'],
    ['no JSON', '{', { 'x-amz-target': 'AWSEvents.ListRules' }, 'SerializationException', 'not JSON'],
    [
      'a number for a text',
      '{"Name":1}',
      { 'x-amz-target': 'AWSEvents.DescribeRule' },
      'SerializationException',
      'name: 1 is not string',
    ],
    [
      'no name',
      '{}',
      { 'x-amz-target': 'AWSEvents.DescribeRule' },
      'ValidationException',
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      'an unknown state',
      '{"Name":"a","ScheduleExpression":"rate(1 day)","State":"ON"}',
      { 'x-amz-target': 'AWSEvents.PutRule' },
      'ValidationException',
      "Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED",
    ],
    [
      'another origin',
      '{}',
      { 'x-amz-target': 'AWSEvents.ListRules', origin: 'https://page.example' },
      'AccessDeniedException',
      'serves local programs only',
    ],
  ])('rejects a request with %s', async (_, body, headers, code, message) => {
    const response = await post(body, headers);
    expect(response.status).toBe(code === 'AccessDeniedException' ? 403 : 400);
    expect(response.headers.get('x-amzn-errortype')).toBe(code);
    expect(await response.json()).toEqual({ __type: code, message: expect.stringContaining(message) });
  });

  it('rejects a body of more than 2 MiB, and keeps serving', async () => {
    const response = await post(' '.repeat(2 * 1024 * 1024 + 1));
    expect(response.headers.get('x-amzn-errortype')).toBe('RequestEntityTooLargeException');
    expect((await post('{}')).status).toBe(200);
  });
});
