import {
  DescribeEventBusCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_BUS, startTestBuses, type TestBuses } from '../../support/buses.ts';
import { patternExamples } from '../../support/event-patterns.ts';
import { FUNCTION_ARN } from '../../support/eventbridge.ts';

let running: TestBuses;

const start = async () => {
  running = await startTestBuses();
};

afterEach(() => running.stop());

describe('a rule on a bus', () => {
  beforeEach(start);

  it('is independent of a rule of the same name on another bus', async () => {
    await running.rule('orders', { source: ['a'] });
    await running.rule('orders', { source: ['b'] }, OWN_BUS);
    const { Rules = [] } = await running.client.send(new ListRulesCommand({ EventBusName: OWN_BUS }));
    const arn = `arn:aws:events:us-east-1:000000000000:rule/${OWN_BUS}/orders`;
    expect(Rules).toMatchObject([
      { Name: 'orders', Arn: arn, EventBusName: OWN_BUS, EventPattern: '{"source":["b"]}' },
    ]);
    const { Tags } = await running.client.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    expect(Tags).toEqual([]);
  });

  it('is named with its bus if it is missing', async () => {
    const targets = new PutTargetsCommand({
      Rule: 'none',
      EventBusName: OWN_BUS,
      Targets: [{ Id: 'fire', Arn: FUNCTION_ARN }],
    });
    await expect(running.client.send(targets)).rejects.toThrow(
      `Rule none does not exist on EventBus ${OWN_BUS}.`,
    );
  });

  it('is listed with its bus', async () => {
    const { EventBuses = [] } = await running.client.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).toEqual(['default', OWN_BUS]);
    const { Arn } = await running.client.send(new DescribeEventBusCommand({ Name: OWN_BUS }));
    expect(Arn).toBe(`arn:aws:events:us-east-1:000000000000:event-bus/${OWN_BUS}`);
  });
});

describe('TestEventPattern', () => {
  beforeEach(start);

  it('agrees with the rules', async () => {
    const test = async (pattern: object, event: object) => {
      const texts = { EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) };
      return (await running.client.send(new TestEventPatternCommand(texts))).Result;
    };
    for (const { pattern, event, matches } of patternExamples())
      expect(await test(pattern, event)).toBe(matches);
  });

  it.each([
    ['{', '{}', 'Event pattern is not valid. Reason: Invalid JSON'],
    ['{"source":"a"}', '{}', 'Event pattern is not valid. Reason: "source" must be an object or an array'],
    ['{"source":["a"]}', '{"id":"1"}', 'Parameter Event is not valid. Reason: "account" is missing.'],
    ['{"source":["a"]}', '[]', 'Parameter Event is not valid.'],
  ])('rejects %s of %s', async (EventPattern, Event, message) => {
    await expect(running.client.send(new TestEventPatternCommand({ EventPattern, Event }))).rejects.toThrow(
      message,
    );
  });
});
