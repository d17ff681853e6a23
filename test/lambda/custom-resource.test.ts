import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { customResourceHandler } from '../../lib/lambda/custom-resource.ts';
import type { CloudFormationResponse } from '../../lib/platform/observability.ts';

const sample = async (changes: object = {}) => ({
  ...JSON.parse(await readFile(new URL('../../events/cleanup.json', import.meta.url), 'utf8')),
  ...changes,
});

const context = (ms = 300_000) => ({ getRemainingTimeInMillis: () => ms });

/** What was sent and logged when `run` did the work of an event. */
async function served(run: () => Promise<object>, event: object, remainingMs?: number) {
  const sent: { url: string; answer: CloudFormationResponse }[] = [];
  const logged: unknown[] = [];
  const ports = () => ({
    answers: { send: async (url: string, answer: CloudFormationResponse) => void sent.push({ url, answer }) },
    log: (...line: unknown[]) => void logged.push(line),
  });
  await customResourceHandler(ports, { verb: 'cleanup', run })(event, context(remainingMs));
  return { sent, logged };
}

const never = () => new Promise<object>(() => {});

describe('a custom resource', () => {
  it('does its work at removal, and answers where CloudFormation told to', async () => {
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

  it.each(['Create', 'Update'])('does nothing at %s, and answers', async (RequestType) => {
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

  it('answers that it failed, why, and what to do', async () => {
    const fail = async () => {
      throw new Error('EventBridge is out of reach (ThrottlingException). Try again.');
    };
    const { sent } = await served(fail, await sample());
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^EventBridge is out of reach .* `npm run purge-rules/),
    });
  });

  it('answers before Lambda ends it', async () => {
    const { sent } = await served(never, await sample(), 15_050);
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Time was up/),
    });
  });

  it('logs one line, without the signed address', async () => {
    const { logged } = await served(async () => ({ removed: 3 }), await sample());
    expect(logged).toEqual([
      ['info', 'cleanup', { request: 'Delete', Status: 'SUCCESS', outcome: { removed: 3 } }],
    ]);
  });
});
