import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OWN_BUS, order, startTestBuses, type TestBuses } from '../../support/buses.ts';
import { FUNCTION_ARN } from '../../support/eventbridge.ts';

let running: TestBuses;

const start = async () => {
  running = await startTestBuses();
};

afterEach(() => running.stop());

describe('PutEvents', () => {
  beforeEach(start);

  it('sends an event unchanged to the matching rules of its bus', async () => {
    await running.rule('orders', { source: ['shop.orders'], detail: { total: [{ numeric: ['<', 5] }] } });
    await running.rule('others', { source: [{ 'anything-but': 'shop.orders' }] });
    await running.rule('own', { source: ['shop.orders'] }, OWN_BUS);
    const { Entries = [] } = await running.put(
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

  it('offers the whole event to a template', async () => {
    await running.rule('orders', { source: ['shop.orders'] });
    const InputTemplate = '{"job":"report","rule":<aws.events.rule-name>,"event":<aws.events.event.json>}';
    const target = { Id: 'fire', Arn: FUNCTION_ARN, InputTransformer: { InputTemplate } };
    await running.client.send(new PutTargetsCommand({ Rule: 'orders', Targets: [target] }));
    const detail = { text: '<job> "$.detail" \\ 한', list: [null, 1.5] };
    await running.put(order({ Detail: JSON.stringify(detail) }));
    expect(running.delivered.map(({ event }) => event)).toMatchObject([
      { job: 'report', rule: 'orders', event: { source: 'shop.orders', detail } },
    ]);
  });

  it('finds a bus by name and ARN; an event for a missing one is accepted and lost', async () => {
    await running.rule('all', { source: ['shop.orders'] });
    await running.rule('own', { source: ['shop.orders'] }, OWN_BUS);
    const arn = `arn:aws:events:us-east-1:000000000000:event-bus/${OWN_BUS}`;
    const { FailedEntryCount } = await running.put(
      order({ EventBusName: OWN_BUS }),
      order({ EventBusName: arn }),
      order({ EventBusName: 'nowhere' }),
      order({ EventBusName: 'default' }),
    );
    expect(FailedEntryCount).toBe(0);
    expect(running.reached()).toEqual(['own', 'own', 'all']);
  });

  it('skips disabled rules and rules with only a schedule', async () => {
    await running.rule('off', { source: ['shop.orders'] });
    const EventPattern = '{"source":["shop.orders"]}';
    await running.client.send(new PutRuleCommand({ Name: 'off', EventPattern, State: 'DISABLED' }));
    const ScheduleExpression = 'rate(1 hour)';
    await running.client.send(new PutRuleCommand({ Name: 'hourly', ScheduleExpression }));
    const Targets = [{ Id: 'fire', Arn: FUNCTION_ARN }];
    await running.client.send(new PutTargetsCommand({ Rule: 'hourly', Targets }));
    await running.put(order());
    expect(running.delivered).toEqual([]);
  });

  it('rejects single entries in the words of AWS, and accepts the others', async () => {
    await running.rule('all', { source: [{ exists: true }] });
    const { FailedEntryCount, Entries = [] } = await running.put(
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

  it('accepts 256 KB and ten entries, and no more', async () => {
    const fixed = order({ Detail: '{"x":""}' });
    const rest = 256 * 1024 - `${fixed.Source}${fixed.DetailType}${fixed.Detail}`.length;
    const ofSize = (size: number) => order({ Detail: JSON.stringify({ x: 'x'.repeat(size) }) });
    expect(await running.put(ofSize(rest))).toMatchObject({ FailedEntryCount: 0 });
    await expect(running.put(ofSize(rest + 1))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    await expect(running.put(...Array.from({ length: 11 }, () => order()))).rejects.toThrow(
      'Member must have length less than or equal to 10',
    );
  });
});
