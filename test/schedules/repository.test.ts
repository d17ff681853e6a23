import {
  DisableRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import { checkRuleName, isRuleName, ruleName } from '../../lib/schedules/rule-names.ts';
import type { Rules } from '../../lib/schedules/rules.ts';
import { FUNCTION_ARN, NO_END, startTestEventBridge, type TestEventBridge } from '../support/eventbridge.ts';

const STAGE = { service: 'taskbridge', stage: 'dev', functionArn: FUNCTION_ARN };
const NAME = ruleName(STAGE, 'team-a', 'report', 0);
const RULE = { name: NAME, expression: 'cron(* * * * ? *)', space: 'team-a', job: 'report' };
const ARN = `arn:aws:events:us-east-1:000000000000:rule/${NAME}`;
const TAGS = { 'managed-by': 'taskbridge', stack: 'taskbridge-dev', space: 'team-a', job: 'report' };

let running: TestEventBridge;
let rules: Rules;
/** The operations that were sent, in their order. */
let sent: string[];

beforeEach(async () => {
  running = await startTestEventBridge({ maxRules: 3 });
  rules = eventBridgeRules({ client: running.client, end: NO_END }, STAGE);
  sent = [];
  running.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        sent.push(commandName.replace(/Command$/, ''));
        return next(args);
      },
    { step: 'initialize' },
  );
});

afterEach(() => running.stop());

const foreignRule = (Name: string) =>
  running.client.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 day)' }));

const checked = { name: checkRuleName(STAGE, 'team-a', 'report', 'default'), space: 'team-a', job: 'report' };
const wildcards = (...texts: readonly string[]) =>
  JSON.stringify({ source: ['aws.s3'], detail: { key: texts.map((wildcard) => ({ wildcard })) } });

describe('check', () => {
  const THREE = ['*:a/*', '*:b/*', '*:c/*'];

  it.each<readonly [string, string | undefined]>([
    ['{"source":["aws.s3"],"detail":{"size":[{"numeric":[">",0]}]}}', undefined],
    [wildcards(...THREE), undefined],
    [wildcards(...THREE, '*:d/*'), 'Rule is too complex - try using fewer wildcard characters'],
    ['{"source":["aws.s3"],"id":[{"like":"a"}]}', 'Unrecognized match type like'],
    ['{"source":"aws.s3"}', '"source" must be an object or an array'],
  ])('of %s is %j, and leaves no rule', async (pattern, reason) => {
    const check = rules.check({ ...checked, pattern });
    if (reason === undefined) await check;
    else
      await expect(check).rejects.toMatchObject({
        code: 'InvalidEventPatternException',
        reason: expect.stringContaining(`Event pattern is not valid. Reason: ${reason}`),
      });
    expect(running.eventBridge.rules()).toEqual([]);
  });

  it('creates a rule that could not fire, with the owner of a rule, so that one that was left is removed', async () => {
    let created: object | undefined;
    running.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'DeleteRuleCommand') [created] = running.eventBridge.rules();
          return next(args);
        },
      { step: 'initialize' },
    );
    await rules.check({ ...checked, pattern: wildcards('*') });
    expect(created).toMatchObject({ name: checked.name, enabled: false, targets: [], tags: TAGS });
    expect(isRuleName(STAGE, checked.name)).toBe(true);
  });

  it('leaves the check to the sync on a full bus', async () => {
    for (const name of ['a', 'b', 'c']) await foreignRule(name);
    await rules.check({ ...checked, pattern: wildcards('*') });
    expect(sent.filter((operation) => operation !== 'PutRule')).toEqual([]);
  });
});

describe('put', () => {
  it('creates a rule whose target gets the job and the minute', async () => {
    expect(await rules.put(RULE)).toBe('made');
    expect(running.eventBridge.rules()).toEqual([
      {
        name: NAME,
        bus: 'default',
        expression: RULE.expression,
        enabled: true,
        tags: TAGS,
        targets: [FUNCTION_ARN],
      },
    ]);
    await running.eventBridge.runMinute(new Date('2026-03-01T09:00:00Z'));
    expect(running.delivered.map(({ event }) => event)).toEqual([
      { space: 'team-a', job: 'report', time: '2026-03-01T09:00:00Z' },
    ]);
  });

  it('enables a rule last', async () => {
    await rules.put(RULE);
    expect(sent.slice(2)).toEqual(['PutRule', 'PutTargets', 'EnableRule']);
  });

  it('writes nothing to an unchanged rule', async () => {
    await rules.put(RULE);
    sent.length = 0;
    expect(await rules.put(RULE)).toBe('kept');
    expect(sent.toSorted()).toEqual(['DescribeRule', 'ListTargetsByRule']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another expression', () => rules.put({ ...RULE, expression: 'cron(0 2 * * ? *)' })],
    ['been disabled', () => running.client.send(new DisableRuleCommand({ Name: NAME }))],
    [
      'another function',
      () =>
        running.client.send(
          new PutTargetsCommand({ Rule: NAME, Targets: [{ Id: 'fire', Arn: `${FUNCTION_ARN}-old` }] }),
        ),
    ],
    [
      'another input',
      () =>
        running.client.send(
          new PutTargetsCommand({ Rule: NAME, Targets: [{ Id: 'fire', Arn: FUNCTION_ARN, Input: '{}' }] }),
        ),
    ],
  ])('repairs a rule that has %s', async (_, edit) => {
    await rules.put(RULE);
    await edit();
    expect(await rules.put(RULE)).toBe('made');
    expect(await rules.put(RULE)).toBe('kept');
  });

  it('leaves targets that others added', async () => {
    await rules.put(RULE);
    const Targets = [{ Id: 'audit', Arn: 'arn:aws:sqs:us-east-1:000000000000:audit' }];
    await running.client.send(new PutTargetsCommand({ Rule: NAME, Targets }));
    expect(await rules.put(RULE)).toBe('kept');
    await rules.put({ ...RULE, expression: 'rate(1 day)' });
    const listed = await running.client.send(new ListTargetsByRuleCommand({ Rule: NAME }));
    expect(listed.Targets?.map(({ Id }) => Id)).toEqual(['audit', 'fire']);
  });

  it.each([
    ['of another owner', () => foreignRule(NAME)],
    [
      'of another job',
      async () => {
        await rules.put({ ...RULE, job: 'other' });
      },
    ],
  ])('does not touch a rule of this name %s', async (_, make) => {
    await make();
    const before = running.eventBridge.rules();
    expect(await rules.put(RULE)).toBe('notOurs');
    expect(running.eventBridge.rules()).toEqual(before);
  });

  it('returns full at once when the quota is used up, and leaves nothing behind', async () => {
    for (const name of ['a', 'b', 'c']) await foreignRule(name);
    expect(await rules.put(RULE)).toBe('full');
    expect(sent.filter((name) => name === 'PutRule')).toHaveLength(4);
    expect(running.eventBridge.rules().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});

describe('remove', () => {
  it('disables the rule first, and removes its targets', async () => {
    await rules.put(RULE);
    sent.length = 0;
    expect(await rules.remove(NAME)).toBe('removed');
    expect(sent.slice(-4)).toEqual(['DisableRule', 'ListTargetsByRule', 'RemoveTargets', 'DeleteRule']);
    expect(running.eventBridge.rules()).toEqual([]);
    expect(await rules.remove(NAME)).toBe('notThere');
  });

  it('removes a rule whose create was interrupted before it had a target', async () => {
    const Tags = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));
    const ScheduleExpression = RULE.expression;
    await running.client.send(
      new PutRuleCommand({ Name: NAME, ScheduleExpression, State: 'DISABLED', Tags }),
    );
    expect(await rules.remove(NAME)).toBe('removed');
    expect(running.eventBridge.rules()).toEqual([]);
  });

  it('leaves a rule without our tags, and makes no request for one without our name', async () => {
    await rules.put(RULE);
    await running.client.send(new UntagResourceCommand({ ResourceARN: ARN, TagKeys: ['stack'] }));
    expect(await rules.remove(NAME)).toBe('notOurs');
    sent.length = 0;
    expect(await rules.remove('taskbridge-dev-jobs')).toBe('notOurs');
    expect(sent).toEqual([]);
    expect(running.eventBridge.rules()).toHaveLength(1);
  });
});

describe('list', () => {
  it('returns the rules of this stage alone, enabled or not', async () => {
    await rules.put(RULE);
    const other = ruleName(STAGE, 'team-b', 'report', 1);
    await rules.put({ ...RULE, name: other, space: 'team-b', expression: 'rate(1 day)' });
    await running.client.send(new DisableRuleCommand({ Name: other }));
    await foreignRule('taskbridge-dev-job-x-job-0123456789ab-0');
    const listed = (await rules.list()).toSorted((one, two) => Number(two.enabled) - Number(one.enabled));
    expect(listed).toEqual([
      { name: NAME, expression: RULE.expression, enabled: true },
      { name: other, expression: 'rate(1 day)', enabled: false },
    ]);
  });

  it('reads all pages', async () => {
    await running.stop();
    running = await startTestEventBridge();
    const names = Array.from({ length: 103 }, (_, number) => ruleName(STAGE, 'team-a', `job-${number}`, 0));
    for (const Name of names) await foreignRule(Name);
    rules = eventBridgeRules({ client: running.client, end: NO_END }, STAGE);
    expect((await rules.list()).map(({ name }) => name)).toEqual(names.toSorted());
    const first = await running.client.send(new ListRulesCommand({}));
    expect(first.NextToken).toBeDefined();
  });
});
