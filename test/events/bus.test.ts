import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventBus } from '../../lib/events/bus.ts';
import type { OutboundEvent } from '../../lib/events/outbound-events.ts';
import { eventBridgeRules } from '../../lib/schedules/repository.ts';
import { triggerRuleName } from '../../lib/schedules/rule-names.ts';
import { FUNCTION_ARN, NO_END, startTestEventBridge, type TestEventBridge } from '../support/eventbridge.ts';

const STAGE = { service: 'taskbridge', stage: 'dev', busName: 'taskbridge-dev' };
const FIRE_EVENT = 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-dev-fire-event';

let running: TestEventBridge;

beforeAll(async () => {
  running = await startTestEventBridge({ buses: ['taskbridge-dev'] });
});
afterAll(() => running.stop());

const event = (name: string, more: object = {}): OutboundEvent => ({
  detailType: 'Task Failed',
  time: new Date('2026-03-01T09:00:00Z'),
  detail: { eventId: name, space: 'team-a', depth: 0, job: undefined, exitCode: 7, ...more },
});

describe('the bus', () => {
  it('publishes events with the source of the stage, and returns for each if it was accepted', async () => {
    const { client, delivered, eventBridge } = running;
    const on = { EventBusName: 'taskbridge-dev' };
    const EventPattern = '{"source":["taskbridge.dev"]}';
    await client.send(new PutRuleCommand({ Name: 'all', EventPattern, ...on }));
    await client.send(
      new PutTargetsCommand({ Rule: 'all', ...on, Targets: [{ Id: 'x', Arn: FUNCTION_ARN }] }),
    );
    const bus = eventBus({ client, end: NO_END }, STAGE);
    const answers = await bus.put([event('end-1'), { ...event('end-2'), detailType: '' }, event('end-3')]);
    expect(answers).toEqual([true, false, true]);
    await eventBridge.drained();
    expect(delivered.map((one) => one.event)).toMatchObject(
      ['end-1', 'end-3'].map((eventId) => ({
        source: 'taskbridge.dev',
        'detail-type': 'Task Failed',
        time: '2026-03-01T09:00:00Z',
        detail: { eventId, space: 'team-a', depth: 0, exitCode: 7 },
      })),
    );
  });

  it('drops events where the stage has no bus', async () => {
    const bus = eventBus({ client: running.client, end: NO_END }, { ...STAGE, busName: undefined });
    expect(await bus.put([event('end-1')])).toEqual([true]);
  });

  it('rejects events while it is unreachable', async () => {
    const end = AbortSignal.timeout(1);
    const bus = eventBus({ client: running.client, end }, STAGE);
    await new Promise((resolve) => end.addEventListener('abort', resolve));
    await expect(bus.put([event('end-1')])).rejects.toThrow('EventBridge is out of reach');
  });
});

describe('rules of triggers', () => {
  const options = {
    ...STAGE,
    ...{ functionArn: FUNCTION_ARN, eventFunctionArn: FIRE_EVENT },
    deadLettersArn: 'arn:aws:sqs:us-east-1:000000000000:taskbridge-dev-dead-letters',
  };
  const rules = () => eventBridgeRules({ client: running.client, end: NO_END }, options);
  const rule = (bus: 'default' | 'service', source = 'shop.orders') => ({
    name: triggerRuleName(STAGE, 'team-a', 'report', bus),
    pattern: JSON.stringify({ source: [source] }),
    ...{ space: 'team-a', job: 'report' },
  });

  it.each(['default', 'service'] as const)(
    'are created, kept, repaired and removed on bus %s',
    async (bus) => {
      const wanted = rule(bus);
      expect(await rules().put(wanted)).toBe('made');
      expect(await rules().put(wanted)).toBe('kept');
      const listed = { name: wanted.name, expression: undefined, pattern: wanted.pattern, enabled: true };
      expect(await rules().list()).toEqual([listed]);
      expect(running.eventBridge.rules().find(({ name }) => name === wanted.name)).toMatchObject({
        bus: bus === 'default' ? 'default' : 'taskbridge-dev',
        targets: [FIRE_EVENT],
      });
      expect(await rules().put(rule(bus, 'shop.others'))).toBe('made');
      expect(await rules().remove(wanted.name)).toBe('removed');
      expect(await rules().remove(wanted.name)).toBe('notThere');
      expect(await rules().list()).toEqual([]);
    },
  );

  it('pass on the whole event, with space and job', async () => {
    const { client, delivered, eventBridge } = running;
    const bus = eventBus({ client, end: NO_END }, STAGE);
    await rules().put(rule('service', 'taskbridge.dev'));
    delivered.length = 0;
    await bus.put([event('end-1')]);
    await eventBridge.drained();
    expect(delivered.find(({ arn }) => arn === FIRE_EVENT)?.event).toMatchObject({
      ...{ space: 'team-a', job: 'report' },
      event: { source: 'taskbridge.dev', detail: { eventId: 'end-1' } },
    });
    await rules().remove(rule('service').name);
  });

  it('of a service bus that was deleted are none', async () => {
    const gone = eventBridgeRules({ client: running.client, end: NO_END }, { ...options, busName: 'gone' });
    expect(await gone.list()).toEqual([]);
  });
});
