import { EventEmitter, once } from 'node:events';
import { PutRuleCommand, PutTargetsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from '@jest/globals';
import { duplicatedAndDelayed } from '../../../local/eventbridge/unreliable.ts';
import {
  FUNCTION_ARN,
  startTestEventBridge,
  type TestEventBridge,
  type TestEventBridgeOptions,
} from '../../support/eventbridge.ts';

let running: TestEventBridge;

afterEach(() => running.stop());

async function start(options: TestEventBridgeOptions = {}) {
  running = await startTestEventBridge(options);
}

async function rule(Name: string, ScheduleExpression: string, input: Partial<Target> = {}) {
  await running.client.send(new PutRuleCommand({ Name, ScheduleExpression }));
  const Targets = [{ Id: 'fire', Arn: FUNCTION_ARN, ...input }];
  await running.client.send(new PutTargetsCommand({ Rule: Name, Targets }));
}

const runUntil = (moment: string) => running.eventBridge.runUntil(new Date(moment), running.clock.set);

/** Made at 08:59:30; delivers its name and the minute. */
const named = (name: string): Partial<Target> => ({
  InputTransformer: { InputPathsMap: { time: '$.time' }, InputTemplate: `{"rule":"${name}","time":<time>}` },
});

describe('a rule that fires', () => {
  it('delivers the scheduled event', async () => {
    await start();
    await rule('hourly', 'cron(0 * * * ? *)');
    await runUntil('2026-03-01T09:00:00Z');
    expect(running.delivered).toEqual([
      {
        at: '2026-03-01T09:00:00.000Z',
        arn: FUNCTION_ARN,
        event: {
          version: '0',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          'detail-type': 'Scheduled Event',
          source: 'aws.events',
          account: '000000000000',
          time: '2026-03-01T09:00:00Z',
          region: 'us-east-1',
          resources: ['arn:aws:events:us-east-1:000000000000:rule/hourly'],
          detail: {},
        },
      },
    ]);
  });

  it.each<[string, Partial<Target>, unknown]>([
    ['a constant', { Input: '{"job":"report"}' }, { job: 'report' }],
    [
      'a part of the event',
      { InputPath: '$.resources[0]' },
      'arn:aws:events:us-east-1:000000000000:rule/hourly',
    ],
    [
      'a template of values',
      {
        InputTransformer: {
          InputPathsMap: { time: '$.time', detail: '$.detail', type: '$.detail-type', no: '$.detail.no' },
          InputTemplate:
            '{"time": <time>, "detail": <detail>, "missing": <no>, "text": "<type> at <time><no>"}',
        },
      },
      {
        time: '2026-03-01T09:00:00Z',
        detail: {},
        missing: null,
        text: 'Scheduled Event at 2026-03-01T09:00:00Z',
      },
    ],
    [
      'a template without values',
      { InputTransformer: { InputTemplate: '"a \\"quoted\\" text"' } },
      'a "quoted" text',
    ],
  ])('delivers %s instead', async (_, input, event) => {
    await start();
    await rule('hourly', 'cron(0 * * * ? *)', input);
    await runUntil('2026-03-01T09:00:00Z');
    expect(running.delivered.map((delivery) => delivery.event)).toEqual([event]);
  });
});

describe('the minutes', () => {
  it('fire each due rule, from the minute after its creation or enabling', async () => {
    await start();
    await rule('minutely', 'cron(* * * * ? *)', named('minutely'));
    await rule('in-two', 'rate(2 minutes)', named('in-two'));
    await rule('nightly', 'cron(0 2 * * ? *)', named('nightly'));
    await runUntil('2026-03-01T09:00:30Z');
    await rule('late', 'cron(* * * * ? *)', named('late'));
    await running.client.send(
      new PutRuleCommand({ Name: 'minutely', ScheduleExpression: 'cron(* * * * ? *)', State: 'DISABLED' }),
    );
    await runUntil('2026-03-01T09:01:00Z');
    await running.client.send(
      new PutRuleCommand({ Name: 'minutely', ScheduleExpression: 'cron(* * * * ? *)' }),
    );
    await runUntil('2026-03-01T09:02:59Z');
    expect(running.delivered.map(({ event }) => event)).toEqual([
      { rule: 'minutely', time: '2026-03-01T09:00:00Z' },
      { rule: 'in-two', time: '2026-03-01T09:01:00Z' },
      { rule: 'late', time: '2026-03-01T09:01:00Z' },
      { rule: 'late', time: '2026-03-01T09:02:00Z' },
      { rule: 'minutely', time: '2026-03-01T09:02:00Z' },
    ]);
  });

  it('keep firing a rule that is put again unchanged', async () => {
    await start();
    await rule('minutely', 'cron(* * * * ? *)');
    await runUntil('2026-03-01T09:00:30Z');
    running.clock.set(new Date('2026-03-01T09:01:00Z'));
    await rule('minutely', 'cron(* * * * ? *)');
    await running.eventBridge.runMinute(new Date('2026-03-01T09:01:00Z'));
    expect(running.delivered).toHaveLength(2);
  });

  it('run once each, also with runMinute', async () => {
    await start();
    await rule('minutely', 'cron(* * * * ? *)');
    for (const second of ['00', '00', '40'])
      await running.eventBridge.runMinute(new Date(`2026-03-01T09:00:${second}Z`));
    expect(running.delivered).toHaveLength(1);
  });

  it('that were skipped do not fire later', async () => {
    await start();
    await rule('minutely', 'cron(* * * * ? *)', named('minutely'));
    await running.eventBridge.runMinute(new Date('2026-03-01T10:00:00Z'));
    expect(running.delivered.map(({ event }) => event)).toEqual([
      { rule: 'minutely', time: '2026-03-01T10:00:00Z' },
    ]);
  });

  it('fire by the system clock', async () => {
    const targets = new EventEmitter();
    await start({ target: async (event) => void targets.emit('fired', event) });
    await rule('minutely', 'cron(* * * * ? *)', named('minutely'));
    // The clock starts 20 ms before a minute when the ticker first reads it, however busy the machine is until then.
    let firstRead: number | undefined;
    const beforeMinute = Date.parse('2026-03-01T09:04:59.980Z');
    running.clock.follow(() => {
      firstRead ??= Date.now();
      return new Date(beforeMinute + Date.now() - firstRead);
    });
    const fired = once(targets, 'fired');
    running.eventBridge.startTicker();
    running.eventBridge.startTicker();
    expect(await fired).toEqual([{ rule: 'minutely', time: '2026-03-01T09:05:00Z' }]);
    expect(running.delivered).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('can be duplicated and delayed, with one id and the time of the fire', async () => {
    await start({ deliveries: duplicatedAndDelayed(7) });
    await rule('hourly', 'cron(0 * * * ? *)');
    await runUntil('2026-03-01T19:30:00Z');
    expect(running.delivered).toHaveLength(22);
    expect(new Set(running.delivered.map(({ event }) => JSON.stringify(event))).size).toBe(11);
    const late = running.delivered.map(({ at }) => Date.parse(at) % 3_600_000);
    expect(Math.max(...late)).toBeLessThanOrEqual(180_000);
    expect(Math.max(...late)).toBeGreaterThan(60_000);
  });

  it('can be lost', async () => {
    await start({ deliveries: (_, minute) => (minute.getUTCHours() === 9 ? [] : [0]) });
    await rule('hourly', 'cron(0 * * * ? *)');
    await runUntil('2026-03-01T10:30:00Z');
    expect(running.delivered.map(({ at }) => at)).toEqual(['2026-03-01T10:00:00.000Z']);
  });

  it('continue when a target fails, which is reported', async () => {
    const failure = new Error('no such function');
    await start({
      target: async () => {
        throw failure;
      },
    });
    await rule('minutely', 'cron(* * * * ? *)');
    await runUntil('2026-03-01T09:01:00Z');
    expect(running.errors).toEqual([failure, failure]);
  });
});
