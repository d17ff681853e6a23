import { describe, expect, it } from '@jest/globals';
import type { ConcurrencyPolicy } from '../../lib/jobs/job.ts';
import { fireJob } from '../../lib/jobs/run-due.ts';
import { isActive } from '../../lib/tasks/task.ts';
import type { AllPorts } from '../support/memory-ports.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import {
  environmentAt,
  MINUTE_MS,
  minutesBetween,
  occurrencesOf,
  playTekton,
  reconcileNow,
  runMinute,
} from './harness/minutes.ts';
import { freezing, type Moment } from './harness/stalled.ts';

const JOB = 'nightly';
const at = (text: string): Date => new Date(`2026-11-25T${text}Z`);

/** The minute in which a function stands still for ten, those before it and those after it. */
const BEFORE = minutesBetween(at('12:01:00'), at('12:04:00'));
const STALLED = minutesBetween(at('12:05:00'), at('12:15:00'));
const AFTER = minutesBetween(at('12:16:00'), at('12:19:00'));
const FIRST = at('12:05:00');

/** More calls than a fire or a reconcile makes here. */
const MAX_CALLS = 60;

type Client = 'fire-job' | 'reconcile';

const act = async (client: Client, ports: AllPorts): Promise<void> => {
  if (client === 'fire-job') await fireJob(ports, { space: SPACE, job: JOB, time: FIRST });
  else await reconcileNow(ports);
};

/** Each task ends within its minute, but under Replace, where each is there to be replaced. */
async function minutePasses(
  environment: MemoryPorts,
  policy: ConcurrencyPolicy,
  minute: Date,
): Promise<void> {
  const ports = exclusively(environment, policy);
  await runMinute(environment, minute, ports);
  playTekton(environment, policy !== 'Replace');
  // The reconcile waits for no pod: what it has cancelled for is made by the next one.
  if (policy === 'Replace') await reconcileNow(ports);
}

/** Overlapping tasks where the policy forbids that, by the environment. */
const besides = new WeakMap<MemoryPorts, readonly string[]>();

/** Ports that record overlapping tasks, and whose pods stop at once. */
function exclusively(environment: MemoryPorts, policy: ConcurrencyPolicy): AllPorts {
  return {
    ...environment,
    wait: async (ms) => {
      playTekton(environment, false);
      await environment.wait(ms);
    },
    runs: {
      ...environment.runs,
      create: async (run) => {
        const answer = await environment.runs.create(run);
        const active = environment.runs
          .names()
          .filter((name) => isActive(environment.runs.stored(name) ?? {}));
        if (policy !== 'Always' && active.length > 1) besides.set(environment, active);
        return answer;
      },
    },
  };
}

/** The calls that were made, and the occurrences that then have a task. */
async function stalledAt(moment: Moment, client: Client, policy: ConcurrencyPolicy, alone: boolean) {
  const maxRules = client === 'reconcile' ? 0 : 100;
  const environment = await environmentAt(
    at('12:00:30'),
    [{ name: JOB, cron: '* * * * *', policy }],
    maxRules,
  );
  for (const minute of BEFORE) await minutePasses(environment, policy, minute);

  const meanwhile = async (): Promise<void> => {
    for (const minute of alone ? [] : STALLED) await minutePasses(environment, policy, minute);
    environment.setClock(new Date(FIRST.getTime() + 10 * MINUTE_MS + 40_000));
  };
  environment.setClock(new Date(FIRST.getTime() + 5_000));
  const { ports, calls } = freezing(exclusively(environment, policy), moment, meanwhile);
  await act(client, ports);
  if (calls() < moment.call) await meanwhile();
  playTekton(environment, policy !== 'Replace');

  for (const minute of AFTER) await minutePasses(environment, policy, minute);
  expect(besides.get(environment)).toBeUndefined();
  return { calls: calls(), occurrences: occurrencesOf(environment, JOB) };
}

const shown = (minutes: readonly Date[]): readonly string[] => minutes.map((minute) => minute.toISOString());

const CASES = (['fire-job', 'reconcile'] as const).flatMap((client) =>
  (['Always', 'Forbid', 'Replace'] as const).map((policy) => [client, policy] as const),
);

describe.each(CASES)('%s, stalled for ten minutes at any call, under %s', (client, policy) => {
  /** Each moment, until the calls are used up. */
  async function atEachMoment(alone: boolean, look: (occurrences: readonly string[], of: string) => void) {
    let moments = 0;
    for (let call = 1; call <= MAX_CALLS; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const { calls, occurrences } = await stalledAt({ call, when }, client, policy, alone);
        if (calls < call) return moments;
        look(occurrences, `${when} call ${call}`);
        moments += 1;
      }
    }
    throw new Error(`More than ${MAX_CALLS} calls.`);
  }

  it('while others go on: each minute has one task', async () => {
    const moments = await atEachMoment(false, (occurrences, moment) => {
      expect({ moment, occurrences }).toEqual({
        moment,
        occurrences: shown([...BEFORE, ...STALLED, ...AFTER]),
      });
    });
    expect(moments).toBeGreaterThan(2);
  });

  it('while nobody else does: no minute has two, and none after it is lost', async () => {
    await atEachMoment(true, (occurrences, moment) => {
      const caughtUp = occurrences.filter((one) => shown(STALLED).includes(one));
      // The one that it was about to start, and the newest of those that were missed.
      expect({ moment, tooMany: caughtUp.slice(2) }).toEqual({ moment, tooMany: [] });
      expect({ moment, others: occurrences.filter((one) => !caughtUp.includes(one)) }).toEqual({
        moment,
        others: shown([...BEFORE, ...AFTER]),
      });
      expect(new Set(occurrences).size).toBe(occurrences.length);
    });
  });
});
