import {
  DeleteRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FUNCTION_ARN, startTestEventBridge, type TestEventBridge } from '../../support/eventbridge.ts';

const ARN = 'arn:aws:events:us-east-1:000000000000:rule/nightly';
const NIGHTLY = { Name: 'nightly', ScheduleExpression: 'cron(0 2 * * ? *)' };

let running: TestEventBridge;

beforeEach(async () => {
  running = await startTestEventBridge();
});

afterEach(() => running.stop());

const put = (rule: PutRuleCommandInput) => running.client.send(new PutRuleCommand(rule));

describe('ListRules', () => {
  it('lists the rules of a prefix by name, in pages that concurrent writes do not break', async () => {
    for (const Name of ['job-c', 'other', 'job-b']) await put({ ...NIGHTLY, Name });
    const list = (NextToken?: string) =>
      running.client.send(new ListRulesCommand({ NamePrefix: 'job-', Limit: 1, NextToken }));
    const first = await list();
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['job-b']);
    await running.client.send(new DeleteRuleCommand({ Name: 'other' }));
    await put({ ...NIGHTLY, Name: 'job-a' });
    const second = await list(first.NextToken);
    expect(second.Rules?.map(({ Name }) => Name)).toEqual(['job-c']);
    expect(second.NextToken).toBeUndefined();
  });

  it('rejects a foreign token, and a limit of 101', async () => {
    await expect(running.client.send(new ListRulesCommand({ NextToken: 'x' }))).rejects.toThrow('NextToken');
    await expect(running.client.send(new ListRulesCommand({ Limit: 101 }))).rejects.toThrow(
      "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
    );
  });
});

describe('tags', () => {
  const tags = async () =>
    (await running.client.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))).Tags;

  it('are added, replaced and removed by key', async () => {
    await put({ ...NIGHTLY, Tags: [{ Key: 'space', Value: 'team-a' }] });
    await running.client.send(
      new TagResourceCommand({
        ResourceARN: ARN,
        Tags: [
          { Key: 'space', Value: 'team-b' },
          { Key: 'job', Value: 'report' },
        ],
      }),
    );
    expect(await tags()).toEqual([
      { Key: 'space', Value: 'team-b' },
      { Key: 'job', Value: 'report' },
    ]);
    await running.client.send(new UntagResourceCommand({ ResourceARN: ARN, TagKeys: ['space', 'stack'] }));
    expect(await tags()).toEqual([{ Key: 'job', Value: 'report' }]);
  });

  it('exist on rules only', async () => {
    await expect(
      running.client.send(new ListTagsForResourceCommand({ ResourceARN: FUNCTION_ARN })),
    ).rejects.toThrow(
      `Parameter ${FUNCTION_ARN} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  });
});
