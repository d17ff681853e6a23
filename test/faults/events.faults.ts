import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appOf, jobOf, memoryPorts, SPACE } from '../support/memory-ports.ts';
import { holdsForAll, mangled } from './harness/fuzz.ts';
import { EVENT_FUNCTIONS } from './harness/requests.ts';

const RUNS = 10_000;

const FIRE = { space: SPACE, job: 'nightly', time: '2026-11-25T02:00:00Z' };

/** An event of a rule of the stack's own, as EventBridge sends it. */
const TICK = {
  ...{ version: '0', id: 'b1', 'detail-type': 'Scheduled Event', source: 'aws.events', account: '1' },
  ...{ time: '2026-11-25T02:00:00Z', region: 'eu-central-1', resources: ['arn:aws:events:x'], detail: {} },
};

/** What fire-job may say of an occurrence, or of there being none. */
const OUTCOMES = [
  ...['started', 'replaced', 'alreadyStarted', 'nameTaken', 'waiting', 'tooLate', 'refused', 'notDue'],
  ...['notScheduled', 'notSynced', 'suspended', 'invalid', 'jobGone', 'appGone', 'appInvalid', 'noCommand'],
  'spaceClosed',
];

function world() {
  const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
  const status = {
    schedule: { ...schedule, since: new Date('2026-11-01T00:00:30Z'), driver: 'rules' },
  } as const;
  const ports = memoryPorts({
    apps: [appOf('billing', { command: 'bin/migrate' })],
    jobs: [jobOf('nightly', { schedule }, status)],
  });
  ports.setClock(new Date('2026-11-25T02:00:05Z'));
  return ports;
}

async function call(fn: string, event: unknown): Promise<unknown> {
  const ports = world();
  return EVENT_FUNCTIONS[fn]?.(async () => ports)(event, { getRemainingTimeInMillis: () => 55_000 });
}

describe('any event for fire-job', () => {
  it('ends in named outcomes, or in words about the event', async () => {
    const seen = new Set<string>();
    await holdsForAll(RUNS, fc.oneof(mangled(FIRE), fc.constant(undefined)), async (event) => {
      const outcome = await call('fire-job', event).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        seen.add('refused');
        expect(outcome.message).toMatch(/^This is no event for fire-job\. \w/);
        expect(outcome.message.length).toBeLessThan(10_000);
        return;
      }
      const fired = Array.isArray(outcome) ? outcome.map((one) => String(one.outcome)) : ['none'];
      for (const one of fired) expect(OUTCOMES).toContain(one);
      for (const one of fired) seen.add(one);
    });
    expect([...seen]).toEqual(expect.arrayContaining(['refused', 'started', 'jobGone']));
  });
});

describe('any event for the reconcile', () => {
  it('is a minute: what is overdue is started', async () => {
    await holdsForAll(RUNS / 10, fc.oneof(mangled(TICK), fc.constant(undefined)), async (event) => {
      expect(await call('reconcile', event)).toEqual({ started: 1, synced: 1 });
    });
  });
});
