import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { customResourceHandler } from '../../lib/lambda/custom-resource.ts';
import type { CloudFormationResponse } from '../../lib/platform/observability.ts';

const sample = async (changes: object = {}) => ({
  ...JSON.parse(await readFile(new URL('../../events/cleanup.json', import.meta.url), 'utf8')),
  ...changes,
});

const context = (ms = 300_000) => ({ getRemainingTimeInMillis: () => ms });

/** Responses and log lines of one invocation. */
async function served(
  run: (ports: { withinMs: number }) => Promise<object>,
  event: object,
  remainingMs?: number,
) {
  const sent: { url: string; answer: CloudFormationResponse }[] = [];
  const logged: unknown[] = [];
  const ports = (withinMs: number) => ({
    withinMs,
    answers: { send: async (url: string, answer: CloudFormationResponse) => void sent.push({ url, answer }) },
    log: (...line: unknown[]) => void logged.push(line),
  });
  await customResourceHandler(ports, { verb: 'cleanup', run })(event, context(remainingMs));
  return { sent, logged };
}

const never = () => new Promise<object>(() => {});

describe('a custom resource', () => {
  it('runs on Delete and responds to the URL of the event', async () => {
    const event = await sample();
    const { sent } = await served(async () => ({ removed: 3 }), event);
    expect(sent).toEqual([
      {
        url: event.ResponseURL,
        answer: {
          StackId: event.StackId,
          RequestId: event.RequestId,
          LogicalResourceId: 'RuleCleanup',
          PhysicalResourceId: 'cleanup',
          Status: 'SUCCESS',
        },
      },
    ]);
  });

  it.each(['Create', 'Update'])('responds to %s and runs nothing', async (RequestType) => {
    let ran = false;
    const run = async () => {
      ran = true;
      return {};
    };
    const { sent } = await served(run, await sample({ RequestType, PhysicalResourceId: undefined }));
    expect([ran, sent[0]?.answer.Status, sent[0]?.answer.PhysicalResourceId]).toEqual([
      false,
      'SUCCESS',
      'cleanup',
    ]);
  });

  it('responds with FAILED, the error and advice', async () => {
    const fail = async () => {
      throw new Error('EventBridge is out of reach (ThrottlingException). Try again.');
    };
    const { sent } = await served(fail, await sample());
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^EventBridge is out of reach .* `npm run purge-rules/),
    });
  });

  it('leaves its work all the time but that for the error and the response', async () => {
    const given: number[] = [];
    const { sent } = await served(
      async ({ withinMs }) => {
        given.push(withinMs);
        return {};
      },
      await sample(),
    );
    expect(sent[0]?.answer.Status).toBe('SUCCESS');
    expect(given).toEqual([284_000]);
  });

  it('responds with the error of work that ends with its time', async () => {
    const run = ({ withinMs }: { withinMs: number }) =>
      new Promise<object>((_, reject) => {
        setTimeout(reject, withinMs, new Error('EventBridge is out of reach (ECONNREFUSED). Try again.'));
      });
    const { sent } = await served(run, await sample(), 16_050);
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('responds before the invocation ends', async () => {
    const { sent } = await served(never, await sample(), 15_050);
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^The time limit was reached/),
    });
  });

  it('logs one line, without the presigned URL', async () => {
    const { logged } = await served(async () => ({ removed: 3 }), await sample());
    expect(logged).toEqual([
      ['info', 'cleanup', { request: 'Delete', Status: 'SUCCESS', outcome: { removed: 3 } }],
    ]);
  });
});
