import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  EventBridgeServiceException,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { newEventBridgeClient } from '../../../lib/platform/aws/eventbridge.ts';
import { eventBridgeRules } from '../../../lib/schedules/repository.ts';
import { ruleName } from '../../../lib/schedules/rule-names.ts';
import { NO_END } from '../../support/eventbridge.ts';
import { virtualClock } from '../../support/fake-clock.ts';

const STAGE = {
  service: 'taskbridge',
  stage: 'dev',
  functionArn: 'arn:aws:lambda:eu-west-1:1:function:fire-job',
};
const NAME = ruleName(STAGE, 'team-a', 'report', 0);
const RULE = { name: NAME, expression: 'cron(0 2 * * ? *)', space: 'team-a', job: 'report' };
const OUR_TAGS = [
  { Key: 'managed-by', Value: 'taskbridge' },
  { Key: 'stack', Value: 'taskbridge-dev' },
];

/** Responses that the embedded EventBridge does not give: throttling, conflicts, entries that fail, faults of AWS. */
const refusal = (name: string, $fault: 'client' | 'server' = 'client') =>
  new EventBridgeServiceException({ name, $fault, $metadata: {}, message: `${name} it is` });
const failedEntry = (ErrorCode: string) => ({
  FailedEntryCount: 1,
  FailedEntries: [{ TargetId: 'fire', ErrorCode, ErrorMessage: `${ErrorCode} it is` }],
});

const client = newEventBridgeClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
});
const rules = eventBridgeRules({ client, end: NO_END, clock: virtualClock() }, STAGE);
const aws = mockClient(EventBridgeClient);

beforeEach(() => {
  aws.reset();
  aws.on(DescribeRuleCommand).rejects(refusal('ResourceNotFoundException'));
  aws.on(ListTargetsByRuleCommand).rejects(refusal('ResourceNotFoundException'));
  aws.on(PutRuleCommand).resolves({ RuleArn: 'arn' });
  aws.on(PutTargetsCommand).resolves({ FailedEntryCount: 0, FailedEntries: [] });
  aws.on(EnableRuleCommand).resolves({});
});

const calls = (command: Parameters<typeof aws.commandCalls>[0]) => aws.commandCalls(command).length;

describe('put tries again', () => {
  it.each([
    ['throttled', refusal('ThrottlingException')],
    ['changed by another at the same time', refusal('ConcurrentModificationException')],
    ['that met an internal error of AWS', refusal('InternalException', 'server')],
    ['cut off', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ])('when PutRule is %s', async (_, error) => {
    aws.on(PutRuleCommand).rejectsOnce(error).resolves({ RuleArn: 'arn' });
    expect(await rules.put(RULE)).toBe('made');
    expect(calls(PutRuleCommand)).toBe(2);
  });

  it('when its target was not put for another change at the same time', async () => {
    aws
      .on(PutTargetsCommand)
      .resolvesOnce(failedEntry('ConcurrentModificationException'))
      .resolves({ FailedEntryCount: 0 });
    expect(await rules.put(RULE)).toBe('made');
    expect([calls(PutTargetsCommand), calls(PutRuleCommand)]).toEqual([2, 1]);
  });
});

describe('put gives up', () => {
  it('at once when the bus is full', async () => {
    aws.on(PutRuleCommand).rejects(refusal('LimitExceededException'));
    expect(await rules.put(RULE)).toBe('full');
    expect([calls(PutRuleCommand), calls(PutTargetsCommand)]).toEqual([1, 0]);
  });

  it('at a target that AWS refuses, and enables no rule without one', async () => {
    aws.on(PutTargetsCommand).resolves(failedEntry('ValidationException'));
    await expect(rules.put(RULE)).rejects.toThrow(
      `EventBridge refused PutTargets of ${NAME}: ValidationException: ValidationException it is`,
    );
    expect(calls(EnableRuleCommand)).toBe(0);
  });

  it('where the function may not, in the words of AWS alone', async () => {
    aws.on(PutRuleCommand).rejects(refusal('AccessDeniedException'));
    const error = await rules.put(RULE).catch((thrown: unknown) => thrown);
    expect(error).toEqual(
      new Error(`EventBridge refused PutRule of ${NAME}: AccessDeniedException: AccessDeniedException it is`),
    );
    expect(error).not.toHaveProperty('$metadata');
    expect(calls(PutRuleCommand)).toBe(1);
  });

  it('at an error whose code is none of the network', async () => {
    const untrusted = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    aws.on(PutRuleCommand).rejects(untrusted);
    await expect(rules.put(RULE)).rejects.toThrow('self-signed certificate');
    expect(calls(PutRuleCommand)).toBe(1);
  });

  it('when the invocation ends, even with time left for attempts', async () => {
    const end = AbortSignal.timeout(50);
    aws.on(PutRuleCommand).rejects(refusal('ThrottlingException'));
    await expect(eventBridgeRules({ client, end }, STAGE).put(RULE)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'EventBridge is out of reach (ThrottlingException). Try again.',
    });
    expect(calls(PutRuleCommand)).toBe(1);
  });

  it('at an error of its own', async () => {
    aws.on(PutRuleCommand).rejects(new RangeError('a bug'));
    await expect(rules.put(RULE)).rejects.toThrow(RangeError);
    expect(calls(PutRuleCommand)).toBe(1);
  });
});

describe('list', () => {
  it('says that EventBridge is out of reach when its tries have taken five seconds', async () => {
    aws.on(ListRulesCommand).rejects(refusal('ThrottlingException'));
    await expect(rules.list()).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'EventBridge is out of reach (ThrottlingException). Try again.',
    });
    expect(calls(ListRulesCommand)).toBeGreaterThan(3);
    expect(calls(ListRulesCommand)).toBeLessThan(10);
  });
});

describe('remove', () => {
  beforeEach(() => {
    aws.on(DescribeRuleCommand).resolves({ Name: NAME, Arn: 'arn' });
    aws.on(ListTagsForResourceCommand).resolves({ Tags: OUR_TAGS });
    aws.on(ListTargetsByRuleCommand).resolves({
      Targets: [
        { Id: 'fire', Arn: 'a' },
        { Id: 'audit', Arn: 'b' },
      ],
    });
    aws.on(DisableRuleCommand).resolves({});
    aws.on(RemoveTargetsCommand).resolves({ FailedEntryCount: 0 });
    aws.on(DeleteRuleCommand).resolves({});
  });

  it('is done when somebody else removes the rule at the same time', async () => {
    aws.on(DisableRuleCommand).rejects(refusal('ResourceNotFoundException'));
    aws.on(RemoveTargetsCommand).rejects(refusal('ResourceNotFoundException'));
    expect(await rules.remove(NAME)).toBe('removed');
  });

  it('goes on where a try was half done: one target gone, the other in use', async () => {
    aws
      .on(RemoveTargetsCommand)
      .resolvesOnce({
        FailedEntryCount: 2,
        FailedEntries: [
          { TargetId: 'fire', ErrorCode: 'ResourceNotFoundException' },
          { TargetId: 'audit', ErrorCode: 'ConcurrentModificationException' },
        ],
      })
      .resolves(failedEntry('ResourceNotFoundException'));
    expect(await rules.remove(NAME)).toBe('removed');
    expect([calls(RemoveTargetsCommand), calls(DeleteRuleCommand)]).toEqual([2, 1]);
  });

  it('leaves a rule whose tags went with it', async () => {
    aws.on(ListTagsForResourceCommand).rejects(refusal('ResourceNotFoundException'));
    expect(await rules.remove(NAME)).toBe('notOurs');
    expect(calls(DisableRuleCommand)).toBe(0);
  });
});
