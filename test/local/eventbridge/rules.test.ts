import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListTagsForResourceCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FUNCTION_ARN, startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';

const ARN = 'arn:aws:events:us-east-1:000000000000:rule/nightly';
const NIGHTLY = { Name: 'nightly', ScheduleExpression: 'cron(0 2 * * ? *)' };

let running: TestEventBridge;

beforeEach(async () => {
  running = await startTestEventBridge({ maxRules: 3 });
});

afterEach(() => running.stop());

const put = (rule: PutRuleCommandInput) => running.client.send(new PutRuleCommand(rule));
const describeNightly = () => running.client.send(new DescribeRuleCommand({ Name: 'nightly' }));

describe('PutRule', () => {
  it('creates a rule, enabled by default', async () => {
    expect(await put({ ...NIGHTLY, Description: 'billing' })).toMatchObject({ RuleArn: ARN });
    expect(await describeNightly()).toMatchObject({
      Name: 'nightly',
      Arn: ARN,
      ScheduleExpression: NIGHTLY.ScheduleExpression,
      State: 'ENABLED',
      Description: 'billing',
      EventBusName: 'default',
      CreatedBy: '000000000000',
    });
  });

  it('replaces a rule: omitted members are unset, and it is enabled', async () => {
    await put({ ...NIGHTLY, Description: 'billing', State: 'DISABLED' });
    await put(NIGHTLY);
    const { State, Description } = await describeNightly();
    expect({ State, Description }).toEqual({ State: 'ENABLED', Description: undefined });
  });

  it('keeps the targets of a replaced rule', async () => {
    await put(NIGHTLY);
    await running.client.send(
      new PutTargetsCommand({ Rule: 'nightly', Targets: [{ Id: 'fire', Arn: FUNCTION_ARN }] }),
    );
    await put({ ...NIGHTLY, ScheduleExpression: 'rate(1 hour)' });
    expect(running.eventBridge.rules()).toEqual([
      {
        name: 'nightly',
        bus: 'default',
        expression: 'rate(1 hour)',
        enabled: true,
        tags: {},
        targets: [FUNCTION_ARN],
      },
    ]);
  });

  it('accepts tags of a new rule, and rejects those of an existing one', async () => {
    await put({ ...NIGHTLY, Tags: [{ Key: 'space', Value: 'team-a' }] });
    await put({ ...NIGHTLY, Tags: [{ Key: 'space', Value: 'team-b' }] });
    expect(running.eventBridge.rules()[0]?.tags).toEqual({ space: 'team-a' });
  });

  it.each<[string, PutRuleCommandInput, string, string]>([
    [
      'unix cron',
      { ...NIGHTLY, ScheduleExpression: '0 2 * * *' },
      'ValidationException',
      'Parameter ScheduleExpression is not valid.',
    ],
    [
      'no schedule',
      { Name: 'nightly' },
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    ],
    [
      'another bus',
      { ...NIGHTLY, EventBusName: 'orders' },
      'ValidationException',
      'ScheduleExpression is supported only on the default event bus.',
    ],
    [
      'a name with a space',
      { ...NIGHTLY, Name: 'night ly' },
      'ValidationException',
      String.raw`1 validation error detected: Value 'night ly' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`,
    ],
    [
      'a name and a description that are too long, both at once',
      { ...NIGHTLY, Name: 'n'.repeat(65), Description: 'd'.repeat(513) },
      'ValidationException',
      `2 validation errors detected: Value '${'n'.repeat(65)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64; Value '${'d'.repeat(513)}' at 'description'`,
    ],
    [
      'a tag without a key',
      { ...NIGHTLY, Tags: [{ Key: '', Value: 'x' }] },
      'ValidationException',
      "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'an event pattern that is none',
      { Name: 'nightly', EventPattern: '{"source":"orders"}' },
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: "source" must be an object or an array',
    ],
  ])('rejects %s, and creates no rule', async (_, rule, name, message) => {
    await expect(put(rule)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(running.eventBridge.rules()).toEqual([]);
  });

  it('rejects rules beyond the quota, but replaces existing ones', async () => {
    for (const Name of ['a', 'b', 'c']) await put({ ...NIGHTLY, Name });
    await expect(put({ ...NIGHTLY, Name: 'd' })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    await put({ ...NIGHTLY, Name: 'c', State: 'DISABLED' });
    expect(running.eventBridge.rules().map(({ enabled }) => enabled)).toEqual([true, true, false]);
  });
});

describe('DisableRule and EnableRule', () => {
  it('change only the state', async () => {
    await put({ ...NIGHTLY, Description: 'billing' });
    await running.client.send(new DisableRuleCommand({ Name: 'nightly' }));
    expect(await describeNightly()).toMatchObject({ State: 'DISABLED', Description: 'billing' });
    await running.client.send(new EnableRuleCommand({ Name: 'nightly' }));
    expect(await describeNightly()).toMatchObject({ State: 'ENABLED', Description: 'billing' });
  });
});

describe('a missing rule', () => {
  const Name = 'nightly';
  it.each([
    ['DescribeRule', () => describeNightly()],
    ['EnableRule', () => running.client.send(new EnableRuleCommand({ Name }))],
    ['DisableRule', () => running.client.send(new DisableRuleCommand({ Name }))],
    ['TagResource', () => running.client.send(new TagResourceCommand({ ResourceARN: ARN, Tags: [] }))],
    ['ListTagsForResource', () => running.client.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))],
  ])('is named in the error of %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Rule nightly does not exist on EventBus default.',
    });
  });

  it('can be deleted repeatedly', async () => {
    await put(NIGHTLY);
    for (const _ of ['once', 'again']) await running.client.send(new DeleteRuleCommand({ Name }));
    expect(running.eventBridge.rules()).toEqual([]);
  });
});

describe('DeleteRule', () => {
  it('rejects a rule with targets', async () => {
    await put(NIGHTLY);
    await running.client.send(
      new PutTargetsCommand({ Rule: 'nightly', Targets: [{ Id: 'fire', Arn: FUNCTION_ARN }] }),
    );
    await expect(running.client.send(new DeleteRuleCommand({ Name: 'nightly' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    expect(running.eventBridge.rules()).toHaveLength(1);
  });
});
