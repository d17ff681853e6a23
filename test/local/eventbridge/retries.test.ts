import { afterEach, describe, expect, it } from '@jest/globals';
import type { RetriesExhausted } from '../../../local/eventbridge/dispatcher.ts';
import { order, startTestBuses, type TestBuses } from '../../support/buses.ts';
import { FUNCTION_ARN, type TestEventBridgeOptions } from '../../support/eventbridge.ts';

let running: TestBuses;

const start = async (options: TestEventBridgeOptions = {}) => {
  running = await startTestBuses(options);
};

afterEach(() => running.stop());

describe('an event whose target fails', () => {
  const exhausted: RetriesExhausted[] = [];
  let failures: number;

  const startFailing = async (
    times: number,
    retries: { maximumRetryAttempts: number; maximumEventAgeSeconds: number },
    startAt = '2026-03-01T09:00:00Z',
  ) => {
    exhausted.length = 0;
    failures = times;
    await start({
      startAt,
      retriesOf: () => retries,
      onRetriesExhausted: (event) => exhausted.push(event),
      target: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('No cluster.');
      },
    });
    await running.rule('orders', { source: ['shop.orders'] });
    await running.put(order());
  };
  const runUntil = (moment: string) => running.eventBridge.runUntil(new Date(moment), running.clock.set);
  const times = () => running.delivered.map(({ at }) => at.slice(11, 16));

  it('is retried after a minute, and after two more, with the same id', async () => {
    await startFailing(2, { maximumRetryAttempts: 2, maximumEventAgeSeconds: 3600 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01', '09:03']);
    expect(new Set(running.delivered.map(({ event }) => JSON.stringify(event))).size).toBe(1);
    expect(exhausted).toEqual([]);
  });

  it('is retried in the minute that is run, at any second', async () => {
    await startFailing(
      1,
      { maximumRetryAttempts: 2, maximumEventAgeSeconds: 3600 },
      '2026-03-01T09:00:00.500Z',
    );
    const minuteLater = new Date('2026-03-01T09:01:00.500Z');
    running.clock.set(minuteLater);
    await running.eventBridge.runMinute(minuteLater);
    expect(times()).toEqual(['09:00', '09:01']);
  });

  it('is given up after the last attempt, with its error', async () => {
    await startFailing(9, { maximumRetryAttempts: 2, maximumEventAgeSeconds: 3600 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01', '09:03']);
    expect(exhausted).toMatchObject([
      {
        condition: 'RetriesExhausted',
        calls: 3,
        event: { source: 'shop.orders' },
        targetArn: `${FUNCTION_ARN}-orders`,
      },
    ]);
    expect(running.errors).toHaveLength(3);
  });

  it('exposes the time of its next attempt until it is given up', async () => {
    await startFailing(9, { maximumRetryAttempts: 1, maximumEventAgeSeconds: 3600 });
    expect(running.eventBridge.nextDelivery()).toEqual(new Date('2026-03-01T09:01:00Z'));
    await runUntil('2026-03-01T09:01:00Z');
    expect(running.eventBridge.nextDelivery()).toBeUndefined();
  });

  it('is given up if the next attempt would exceed its maximum age', async () => {
    await startFailing(9, { maximumRetryAttempts: 2, maximumEventAgeSeconds: 120 });
    await runUntil('2026-03-01T09:30:00Z');
    expect(times()).toEqual(['09:00', '09:01']);
    expect(exhausted).toMatchObject([{ condition: 'EventAgeExceeded', calls: 2 }]);
  });
});
