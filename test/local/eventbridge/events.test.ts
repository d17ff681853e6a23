import {
  DescribeEventBusCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GivenUp } from '../../../local/eventbridge/firing.ts';
import { patternExamples } from '../../support/event-patterns.ts';
import {
  FUNCTION_ARN,
  startTestEventBridge,
  type TestEventBridge,
  type TestEventBridgeOptions,
} from '../../support/eventbridge.ts';

const OWN = 'taskbridge-local';

let running: TestEventBridge;

const start = async (options: TestEventBridgeOptions = {}) => {
  running = await startTestEventBridge({ buses: [OWN], ...options });
};

afterEach(() => running.stop());

const put = async (...Entries: PutEventsRequestEntry[]) => {
  const answer = await running.client.send(new PutEventsCommand({ Entries }));
  await running.eventBridge.settled();
  return answer;
};

const order = (more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  Source: 'shop.orders',
  DetailType: 'Order Placed',
  Detail: '{"total":1.0}',
  ...more,
});

async function rule(Name: string, pattern: object, EventBusName?: string) {
  await running.client.send(
    new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }),
  );
  const Targets = [{ Id: 'fire', Arn: `${FUNCTION_ARN}-${Name}` }];
  await running.client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
}

const reached = () => running.delivered.map(({ arn }) => arn.slice(FUNCTION_ARN.length + 1));

describe('PutEvents', () => {
  beforeEach(() => start());

  it('sends an event to the rules of its bus that match it, as it is', async () => {
    await rule('orders', { source: ['shop.orders'], detail: { total: [{ numeric: ['<', 5] }] } });
    await rule('others', { source: [{ 'anything-but': 'shop.orders' }] });
    await rule('own', { source: ['shop.orders'] }, OWN);
    const { Entries = [] } = await put(
      order({ Resources: ['arn:x'], Time: new Date('2026-03-01T08:00:00.7Z') }),
    );
    expect(running.delivered).toEqual([
      {
        at: '2026-03-01T08:59:30.000Z',
        arn: `${FUNCTION_ARN}-orders`,
        event: {
          version: '0',
          id: Entries[0]?.EventId,
          'detail-type': 'Order Placed',
          source: 'shop.orders',
          account: '000000000000',
          time: '2026-03-01T08:00:00Z',
          region: 'us-east-1',
          resources: ['arn:x'],
          detail: { total: 1 },
        },
      },
    ]);
  });

  it('gives a template the whole event', async () => {
    await rule('orders', { source: ['shop.orders'] });
    const InputTemplate = '{"job":"report","rule":<aws.events.rule-name>,"event":<aws.events.event.json>}';
    const target = { Id: 'fire', Arn: FUNCTION_ARN, InputTransformer: { InputTemplate } };
    await running.client.send(new PutTargetsCommand({ Rule: 'orders', Targets: [target] }));
    const detail = { text: '<job> "$.detail" \\ 한', list: [null, 1.5] };
    await put(order({ Detail: JSON.stringify(detail) }));
    expect(running.delivered.map(({ event }) => event)).toMatchObject([
      { job: 'report', rule: 'orders', event: { source: 'shop.orders', detail } },
    ]);
  });

  it('finds a bus by its name and by its ARN; an event for one that is not there is taken and lost', async () => {
    await rule('all', { source: ['shop.orders'] });
    await rule('own', { source: ['shop.orders'] }, OWN);
    const arn = `arn:aws:events:us-east-1:000000000000:event-bus/${OWN}`;
    const { FailedEntryCount } = await put(
      order({ EventBusName: OWN }),
      order({ EventBusName: arn }),
      order({ EventBusName: 'nowhere' }),
      order({ EventBusName: 'default' }),
    );
    expect(FailedEntryCount).toBe(0);
    expect(reached()).toEqual(['own', 'own', 'all']);
  });

  it('leaves out rules that are disabled, and those with a schedule alone', async () => {
    await rule('off', { source: ['shop.orders'] });
    const EventPattern = '{"source":["shop.orders"]}';
    await running.client.send(new PutRuleCommand({ Name: 'off', EventPattern, State: 'DISABLED' }));
    const ScheduleExpression = 'rate(1 hour)';
    await running.client.send(new PutRuleCommand({ Name: 'hourly', ScheduleExpression }));
    const Targets = [{ Id: 'fire', Arn: FUNCTION_ARN }];
    await running.client.send(new PutTargetsCommand({ Rule: 'hourly', Targets }));
    await put(order());
    expect(running.delivered).toEqual([]);
  });

  it('refuses single entries in the words of AWS, and takes the others', async () => {
    await rule('all', { source: [{ exists: true }] });
    const { FailedEntryCount, Entries = [] } = await put(
      order({ Source: '' }),
      order({ DetailType: undefined }),
      order({ Detail: undefined }),
      order({ Detail: '[1]' }),
      order({ Detail: '{' }),
      order({ Source: 'aws.s3' }),
      order(),
    );
    expect(FailedEntryCount).toBe(6);
    expect(Entries.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`)).toEqual([
      'InvalidArgument: Parameter Source is not valid. Reason: Source is a required argument.',
      'InvalidArgument: Parameter DetailType is not valid. Reason: DetailType is a required argument.',
      'InvalidArgument: Parameter Detail is not valid. Reason: Detail is a required argument.',
      'MalformedDetail: Detail is malformed.',
      'MalformedDetail: Detail is malformed.',
      'NotAuthorizedForSourceException: Not authorized for the source.',
      'undefined: undefined',
    ]);
    expect(running.delivered).toHaveLength(1);
  });

  it('takes 256 KB and ten entries, and no more', async () => {
    const fixed = order({ Detail: '{"x":""}' });
    const rest = 256 * 1024 - `${fixed.Source}${fixed.DetailType}${fixed.Detail}`.length;
    const ofSize = (size: number) => order({ Detail: JSON.stringify({ x: 'x'.repeat(size) }) });
    expect(await put(ofSize(rest))).toMatchObject({ FailedEntryCount: 0 });
    await expect(put(ofSize(rest + 1))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    await expect(put(...Array.from({ length: 11 }, () => order()))).rejects.toThrow(
      'Member must have length less than or equal to 10',
    );
  });
});

describe('a rule on a bus', () => {
  beforeEach(() => start());

  it('is another than one of its name on the other bus, with its own ARN and tags', async () => {
    await rule('orders', { source: ['a'] });
    await rule('orders', { source: ['b'] }, OWN);
    const { Rules = [] } = await running.client.send(new ListRulesCommand({ EventBusName: OWN }));
    const arn = `arn:aws:events:us-east-1:000000000000:rule/${OWN}/orders`;
    expect(Rules).toMatchObject([
      { Name: 'orders', Arn: arn, EventBusName: OWN, EventPattern: '{"source":["b"]}' },
    ]);
    const { Tags } = await running.client.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    expect(Tags).toEqual([]);
  });

  it('is told of with its bus where it is not there', async () => {
    const targets = new PutTargetsCommand({
      Rule: 'none',
      EventBusName: OWN,
      Targets: [{ Id: 'fire', Arn: FUNCTION_ARN }],
    });
    await expect(running.client.send(targets)).rejects.toThrow(
      `Rule none does not exist on EventBus ${OWN}.`,
    );
  });

  it('is shown with the buses', async () => {
    const { EventBuses = [] } = await running.client.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).toEqual(['default', OWN]);
    const { Arn } = await running.client.send(new DescribeEventBusCommand({ Name: OWN }));
    expect(Arn).toBe(`arn:aws:events:us-east-1:000000000000:event-bus/${OWN}`);
  });
});

describe('TestEventPattern', () => {
  beforeEach(() => start());

  it('answers as the rules do', async () => {
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
  ])('refuses %s of %s', async (EventPattern, Event, message) => {
    await expect(running.client.send(new TestEventPatternCommand({ EventPattern, Event }))).rejects.toThrow(
      message,
    );
  });
});

describe('an event that its target fails at', () => {
  const givenUp: GivenUp[] = [];
  let failures: number;

  const startFailing = async (
    times: number,
    retries: { most: number; maximumAgeSeconds: number },
    startAt = '2026-03-01T09:00:00Z',
  ) => {
    givenUp.length = 0;
    failures = times;
    await start({
      startAt,
      retriesOf: () => retries,
      onGivenUp: (event) => givenUp.push(event),
      target: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('No cluster.');
      },
    });
    await rule('orders', { source: ['shop.orders'] });
    await put(order());
  };
  const runUntil = (moment: string) => running.eventBridge.runUntil(new Date(moment), running.clock.set);
  const times = () => running.delivered.map(({ at }) => at.slice(11, 16));

  it('comes again after a minute, and after two more, with the same id', async () => {
    await startFailing(2, { most: 2, maximumAgeSeconds: 3600 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01', '09:03']);
    expect(new Set(running.delivered.map(({ event }) => JSON.stringify(event))).size).toBe(1);
    expect(givenUp).toEqual([]);
  });

  it('comes again in the minute that is run, at whichever second it is due', async () => {
    await startFailing(1, { most: 2, maximumAgeSeconds: 3600 }, '2026-03-01T09:00:00.500Z');
    const minuteLater = new Date('2026-03-01T09:01:00.500Z');
    running.clock.set(minuteLater);
    await running.eventBridge.runMinute(minuteLater);
    expect(times()).toEqual(['09:00', '09:01']);
  });

  it('is given up after the last call, with what it failed of', async () => {
    await startFailing(9, { most: 2, maximumAgeSeconds: 3600 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01', '09:03']);
    expect(givenUp).toMatchObject([
      {
        condition: 'RetriesExhausted',
        calls: 3,
        event: { source: 'shop.orders' },
        targetArn: `${FUNCTION_ARN}-orders`,
      },
    ]);
    expect(running.errors).toHaveLength(3);
  });

  it('is given up where the next call would be too late', async () => {
    await startFailing(9, { most: 2, maximumAgeSeconds: 120 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01']);
    expect(givenUp).toMatchObject([{ condition: 'EventAgeExceeded', calls: 2 }]);
  });
});
