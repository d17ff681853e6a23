import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { functionArn } from '../../../local/account.ts';
import { readServerless } from '../../../local/cloudformation/serverless.ts';
import { type StackPermissions, stackPermissions } from '../../../local/iam/stack-permissions.ts';
import { readStackTemplate } from '../../../local/iam/stack-template.ts';
import { type DeadLetters, startDeadLetters } from '../../../local/sqs/dead-letters.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import { startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';
import { runTool } from '../../support/run-tool.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const EVENT = { id: 'event-1', source: 'aws.s3', detail: { key: 'in.csv' } };

let running: TestEventBridge;
let deadLetters: DeadLetters;
const called: unknown[] = [];
const lost: string[] = [];

const start = async (change: (rights: StackPermissions) => StackPermissions = (rights) => rights) => {
  const deployment = await readServerless(join(root, 'serverless.yml'));
  deadLetters = await startDeadLetters({
    credentials: CREDENTIALS,
    deployment,
    permissions: change(stackPermissions(deployment, await readStackTemplate(root))),
    now: () => new Date(),
    call: (name, event) => void called.push({ name, event }),
    onLost: (name, why) => void lost.push(`${name}: ${why}`),
  });
};

beforeEach(async () => {
  called.length = 0;
  lost.length = 0;
  running = await startTestEventBridge();
  await start();
});

afterEach(async () => {
  await deadLetters.stop();
  await running.stop();
});

/** An event that a function failed at three times. */
const giveUp = (name: string, event: unknown = { space: 'team-a', job: 'report', event: EVENT }) =>
  deadLetters.addFailedInvocation({
    ...{ targetArn: functionArn('taskbridge', name), event, calls: 3, condition: 'RetriesExhausted' },
    error: new Error('No cluster.\n  at somewhere'),
  });

const redrive = (args: readonly string[], answer = '') =>
  runTool('redrive', {
    ...{ args, answer },
    endpoints: {
      AWS_ENDPOINT_URL_EVENTBRIDGE: running.eventBridge.url,
      AWS_ENDPOINT_URL_SQS: deadLetters.queueUrl,
      AWS_ENDPOINT_URL_LAMBDA: deadLetters.lambdaUrl,
    },
  });

describe('what an asynchronous function gave up', () => {
  it('is a record of Lambda, with the event and the error', () => {
    giveUp('fire-event');
    expect(deadLetters.messages()).toMatchObject([
      {
        requestContext: {
          functionArn: `${functionArn('taskbridge', 'fire-event')}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { space: 'team-a', job: 'report', event: EVENT },
        responsePayload: { errorMessage: 'No cluster.' },
      },
    ]);
  });

  it.each(['fire-job', 'reconcile', 'prune', 'cleanup'])('is no dead letter of %s', (name) => {
    giveUp(name);
    expect([deadLetters.messages(), lost]).toEqual([[], []]);
  });

  it('is lost where the role of the function may not send it', async () => {
    await deadLetters.stop();
    await start((rights) => ({
      ...rights,
      denialOf: (...asked) =>
        asked[1] === 'sqs:SendMessage' ? { code: 'a', message: 'no' } : rights.denialOf(...asked),
    }));
    giveUp('fire-event');
    expect([deadLetters.messages(), lost]).toEqual([[], ['fire-event: no']]);
  });
});

describe('npm run redrive', () => {
  it('shows what there is, and sends it again after a yes, once', async () => {
    giveUp('fire-event');
    const { code, output } = await redrive(['--stage', 'local'], 'y\n');
    expect(output).toContain('taskbridge-local-fire-event  RetriesExhausted: No cluster.');
    expect(output).toContain('{"space":"team-a","job":"report"');
    expect(output).toContain('Send these 1 again?');
    expect([code, called]).toEqual([
      0,
      [{ name: 'fire-event', event: { space: 'team-a', job: 'report', event: EVENT } }],
    ]);
    expect(deadLetters.messages()).toEqual([]);
    expect((await redrive(['--stage', 'local', '--yes'])).output).toBe(
      'Nothing to redrive in taskbridge-local-dead-letters.\n',
    );
  });

  it('leaves all of it after another answer, and what is of other functions', async () => {
    giveUp('run-task-on-event', EVENT);
    giveUp('fire-event');
    expect((await redrive(['--stage', 'local'], 'n\n')).output).toContain('Nothing was sent.');
    const { output } = await redrive(['--stage', 'local', '--yes', '--function', 'fire-event']);
    expect(output).toContain('Sent 1 again.');
    expect(called).toMatchObject([{ name: 'fire-event' }]);
    expect(deadLetters.messages()).toMatchObject([{ requestPayload: EVENT }]);
  });

  it('finds by the rule whose event it was that EventBridge could not hand over', async () => {
    const { RuleArn: ruleArn = '' } = await running.client.send(
      new PutRuleCommand({
        Name: 'taskbridge-local-job-0123456789ab-e',
        EventPattern: '{"source":["aws.s3"]}',
        Tags: [
          { Key: 'space', Value: 'team-a' },
          { Key: 'job', Value: 'report' },
        ],
      }),
    );
    const targetArn = functionArn('taskbridge', 'fire-event');
    deadLetters.addFailedDelivery({
      ruleArn,
      targetArn,
      event: EVENT,
      code: 'NO_PERMISSIONS',
      message: 'none',
    });
    const { output } = await redrive(['--stage', 'local', '--yes']);
    expect(output).toContain('taskbridge-local-fire-event  NO_PERMISSIONS: none');
    expect(called).toEqual([{ name: 'fire-event', event: { space: 'team-a', job: 'report', event: EVENT } }]);
  });

  it('says what is missing, and which queue is not there', async () => {
    expect(await redrive([])).toEqual({ code: 1, output: 'Which stage? Give --stage.\n' });
    const { code, output } = await redrive(['--stage', 'prod']);
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('There is no queue taskbridge-prod-dead-letters.'),
    ]);
  });
});
