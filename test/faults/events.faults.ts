import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../lib/platform/errors.ts';
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

/** Input that the rule of a trigger makes from an event. */
const FIRE_EVENT = {
  ...{ space: SPACE, job: 'upload' },
  event: {
    ...{ version: '0', id: '17793124-05d4', 'detail-type': 'Object Created', source: 'aws.s3', account: '1' },
    ...{ time: '2026-11-25T02:00:00Z', region: 'eu-central-1', resources: [], detail: { key: 'in.csv' } },
  },
};

const RUN_TASK = {
  ...{ id: '4f1c2a7e-93d0', source: 'shop.orders', 'detail-type': 'Run Task' },
  detail: { space: SPACE, app: 'billing', command: 'bin/invoice', idempotencyKey: 'order-4711' },
};

/** Outcomes of fire-job, with and without an occurrence. */
const OUTCOMES = [
  ...['started', 'replaced', 'alreadyStarted', 'nameTaken', 'waiting', 'tooLate', 'refused', 'notDue'],
  ...['notScheduled', 'notSynced', 'suspended', 'invalid', 'jobGone', 'appGone', 'appInvalid', 'noCommand'],
  'spaceClosed',
];

const OF_EVENTS =
  /^(?:started|repeated|alreadyStarted|jobGone|notTriggered|suspended|otherSpace|notOurs|tooDeep)$/;

const TRIGGER = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;

function environment() {
  const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
  const status = {
    schedule: { ...schedule, since: new Date('2026-11-01T00:00:30Z'), driver: 'rules' },
  } as const;
  const ports = memoryPorts({
    apps: [appOf('billing', { command: 'bin/migrate' })],
    jobs: [jobOf('nightly', { schedule }, status), jobOf('upload', { trigger: TRIGGER })],
    sources: { [SPACE]: { service: ['shop.orders'] } },
  });
  ports.setClock(new Date('2026-11-25T02:00:05Z'));
  return ports;
}

async function call(fn: string, event: unknown, ports = environment()): Promise<unknown> {
  return EVENT_FUNCTIONS[fn]?.(async () => ports)(event, { getRemainingTimeInMillis: () => 55_000 });
}

describe('any event for fire-job', () => {
  it('ends in named outcomes, or in words about the event', async () => {
    const seen = new Set<string>();
    await holdsForAll(RUNS, fc.oneof(mangled(FIRE), fc.constant(undefined)), async (event) => {
      const outcome = await call('fire-job', event).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        seen.add('refused');
        expect(outcome.message).toMatch(/^Invalid event for fire-job\. \w/);
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

/** Error kinds of events that land in the dead-letter queue with a message and can be redriven. */
const KINDS = ['notFound', 'conflict', 'invalid', 'forbidden'];

describe.each([
  ['fire-event', FIRE_EVENT, ['started', 'jobGone']],
  ['run-task-on-event', RUN_TASK, ['started', 'forbidden']],
])('any event for %s', (fn, meant, some) => {
  it('ends in a named outcome, or in a message for the dead-letter queue', async () => {
    const seen = new Set<string>();
    await holdsForAll(RUNS, fc.oneof(mangled(meant), fc.constant(undefined)), async (event) => {
      const ports = environment();
      const outcome = await call(fn, event, ports).catch((error: unknown) => error);
      const isStarted = String(Object(outcome).outcome) === 'started';
      expect(ports.runs.names()).toHaveLength(isStarted ? 1 : 0);
      if (outcome instanceof DomainError) {
        expect(KINDS).toContain(outcome.kind);
        seen.add(outcome.kind);
      } else if (outcome instanceof Error) {
        expect(outcome.message).toMatch(new RegExp(`^Invalid event for ${fn}\\. \\w`));
        seen.add('refused');
      } else {
        expect(outcome).toMatchObject({ outcome: expect.stringMatching(OF_EVENTS) });
        seen.add(String(Object(outcome).outcome));
      }
    });
    expect([...seen]).toEqual(expect.arrayContaining(['refused', ...some]));
  });
});

describe('any event for the reconcile', () => {
  it('is a minute: what is overdue is started', async () => {
    await holdsForAll(RUNS / 10, fc.oneof(mangled(TICK), fc.constant(undefined)), async (event) => {
      expect(await call('reconcile', event)).toEqual({ started: 1, synced: 2 });
    });
  });
});
