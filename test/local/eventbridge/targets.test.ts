import {
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FUNCTION_ARN, startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';

let running: TestEventBridge;

const makeRule = (Name: string) =>
  running.client.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 hour)' }));
const put = (Targets: Target[], Rule = 'nightly') =>
  running.client.send(new PutTargetsCommand({ Rule, Targets }));
const remove = (...Ids: string[]) => running.client.send(new RemoveTargetsCommand({ Rule: 'nightly', Ids }));
const targets = async () =>
  (await running.client.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }))).Targets;

const target = (Id: string, more: Partial<Target> = {}): Target => ({ Id, Arn: FUNCTION_ARN, ...more });

beforeEach(async () => {
  running = await startTestEventBridge();
  await makeRule('nightly');
});

afterEach(() => running.stop());

describe('PutTargets', () => {
  it('adds targets, and replaces one with the same id', async () => {
    await put([target('b'), target('a', { Input: '{"n":1}' })]);
    const answer = await put([target('a', { RetryPolicy: { MaximumRetryAttempts: 0 } })]);
    expect(answer).toMatchObject({ FailedEntryCount: 0, FailedEntries: [] });
    expect(await targets()).toEqual([target('a', { RetryPolicy: { MaximumRetryAttempts: 0 } }), target('b')]);
  });

  it('accepts five targets a rule, and rejects a request beyond', async () => {
    await put(['1', '2', '3', '4'].map((id) => target(id)));
    await expect(put([target('5'), target('6')])).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    expect(await targets()).toHaveLength(4);
    await put([target('5'), target('1')]);
    expect(await targets()).toHaveLength(5);
  });

  it.each<[string, Target, string]>([
    [
      'two kinds of input',
      target('fire', { Input: '{}', InputPath: '$.time' }),
      'Only one of Input, InputPath, or InputTransformer must be provided for target fire.',
    ],
    [
      'an unknown placeholder',
      target('fire', {
        InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: '{"t":<tme>}' },
      }),
      'InputTemplate for target fire contains invalid placeholder tme.',
    ],
    [
      'a template that is no JSON',
      target('fire', {
        InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: '{"t":<time>' },
      }),
      'InputTemplate for target fire is not JSON',
    ],
    [
      'an input that is no JSON',
      target('fire', { Input: '{' }),
      'JSON syntax error in input for target fire.',
    ],
    [
      'a path with a filter',
      target('fire', { InputPath: '$.a[?(@.b)]' }),
      'Invalid JSONPath $.a[?(@.b)] for target',
    ],
    [
      'what is no ARN',
      target('fire', { Arn: 'fire-job' }),
      'Parameter fire-job is not valid. Reason: Provided Arn is not in correct format.',
    ],
    [
      'an id with a slash',
      target('fire/job'),
      "Value 'fire/job' at 'targets.1.member.id' failed to satisfy constraint",
    ],
  ])('rejects %s', async (_, wrong, message) => {
    await expect(put([target('good'), wrong].toReversed())).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect(await targets()).toEqual([]);
  });

  it('rejects a missing rule, and one on another bus', async () => {
    await expect(put([target('fire')], 'hourly')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule hourly does not exist on EventBus default.',
    });
    const onOrders = new PutTargetsCommand({
      Rule: 'nightly',
      EventBusName: 'orders',
      Targets: [target('a')],
    });
    await expect(running.client.send(onOrders)).rejects.toThrow('Event bus orders does not exist.');
  });
});

describe('RemoveTargets', () => {
  it('removes targets, and reports missing ones', async () => {
    await put([target('a'), target('b')]);
    expect(await remove('a', 'c')).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'c', ErrorCode: 'ResourceNotFoundException' }],
    });
    expect(await targets()).toEqual([target('b')]);
  });

  it('rejects an empty list', async () => {
    await expect(remove()).rejects.toThrow(
      "Value '' at 'ids' failed to satisfy constraint: Member must have length",
    );
  });
});

describe('ListRuleNamesByTarget', () => {
  it('finds the rules of a function, page by page', async () => {
    for (const name of ['weekly', 'hourly']) await makeRule(name);
    for (const rule of ['weekly', 'nightly']) await put([target('fire')], rule);
    const list = (NextToken?: string) =>
      running.client.send(new ListRuleNamesByTargetCommand({ TargetArn: FUNCTION_ARN, Limit: 1, NextToken }));
    const first = await list();
    const second = await list(first.NextToken);
    expect([first.RuleNames, second.RuleNames, second.NextToken]).toEqual([
      ['nightly'],
      ['weekly'],
      undefined,
    ]);
  });
});
