import { describe, expect, it } from '@jest/globals';
import { fireJob } from '../../lib/actions/fire-job.ts';
import type { ConcurrencyPolicy } from '../../lib/domain/job.ts';
import { isActive } from '../../lib/domain/parking.ts';
import type { ReconcilingPorts } from '../../lib/ports.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { freezing, type Moment } from './harness/frozen.ts';
import {
  MINUTE_MS,
  minutesBetween,
  occurrencesOf,
  playTekton,
  reconcileNow,
  runMinute,
  worldAt,
} from './harness/minutes.ts';

const JOB = 'nightly';
const at = (text: string): Date => new Date(`2026-11-25T${text}Z`);

/** The minute in which a function stands still for ten, those before it and those after it. */
const BEFORE = minutesBetween(at('12:01:00'), at('12:04:00'));
const FROZEN = minutesBetween(at('12:05:00'), at('12:15:00'));
const AFTER = minutesBetween(at('12:16:00'), at('12:19:00'));
const FIRST = at('12:05:00');

/** More calls than a fire or a reconcile makes here. */
const MOST_CALLS = 60;

type Actor = 'fire-job' | 'reconcile';

const act = async (actor: Actor, ports: ReconcilingPorts): Promise<void> => {
  if (actor === 'fire-job') await fireJob(ports, { space: SPACE, job: JOB, time: FIRST });
  else await reconcileNow(ports);
};

/** Each task ends within its minute, but under Replace, where each is there to be replaced. */
async function minutePasses(world: MemoryPorts, policy: ConcurrencyPolicy, minute: Date): Promise<void> {
  const ports = exclusively(world, policy);
  await runMinute(world, minute, ports);
  playTekton(world, policy !== 'Replace');
  // The reconcile waits for no pod: what it has cancelled for is made by the next one.
  if (policy === 'Replace') await reconcileNow(ports);
}

/** Tasks that ran beside each other where the policy forbids that, by the world. */
const besides = new WeakMap<MemoryPorts, readonly string[]>();

/** Ports that tell of tasks beside each other, and in which pods take no time to end. */
function exclusively(world: MemoryPorts, policy: ConcurrencyPolicy): ReconcilingPorts {
  return {
    ...world,
    wait: async (ms) => {
      playTekton(world, false);
      await world.wait(ms);
    },
    runs: {
      ...world.runs,
      create: async (run) => {
        const answer = await world.runs.create(run);
        const active = world.runs.names().filter((name) => isActive(world.runs.stored(name) ?? {}));
        if (policy !== 'Always' && active.length > 1) besides.set(world, active);
        return answer;
      },
    },
  };
}

/** The calls that were made, and the occurrences that then have a task. */
async function frozenAt(moment: Moment, actor: Actor, policy: ConcurrencyPolicy, alone: boolean) {
  const maxRules = actor === 'reconcile' ? 0 : 100;
  const world = await worldAt(at('12:00:30'), [{ name: JOB, cron: '* * * * *', policy }], maxRules);
  for (const minute of BEFORE) await minutePasses(world, policy, minute);

  const meanwhile = async (): Promise<void> => {
    for (const minute of alone ? [] : FROZEN) await minutePasses(world, policy, minute);
    world.setClock(new Date(FIRST.getTime() + 10 * MINUTE_MS + 40_000));
  };
  world.setClock(new Date(FIRST.getTime() + 5_000));
  const { ports, calls } = freezing(exclusively(world, policy), moment, meanwhile);
  await act(actor, ports);
  if (calls() < moment.call) await meanwhile();
  playTekton(world, policy !== 'Replace');

  for (const minute of AFTER) await minutePasses(world, policy, minute);
  expect(besides.get(world)).toBeUndefined();
  return { calls: calls(), occurrences: occurrencesOf(world, JOB) };
}

const shown = (minutes: readonly Date[]): readonly string[] => minutes.map((minute) => minute.toISOString());

const CASES = (['fire-job', 'reconcile'] as const).flatMap((actor) =>
  (['Always', 'Forbid', 'Replace'] as const).map((policy) => [actor, policy] as const),
);

describe.each(CASES)('%s, frozen for ten minutes at any call, under %s', (actor, policy) => {
  /** Each moment, until the calls are used up. */
  async function atEachMoment(alone: boolean, look: (occurrences: readonly string[], of: string) => void) {
    let moments = 0;
    for (let call = 1; call <= MOST_CALLS; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const { calls, occurrences } = await frozenAt({ call, when }, actor, policy, alone);
        if (calls < call) return moments;
        look(occurrences, `${when} call ${call}`);
        moments += 1;
      }
    }
    throw new Error(`More than ${MOST_CALLS} calls.`);
  }

  it('while others go on: each minute has one task', async () => {
    const moments = await atEachMoment(false, (occurrences, moment) => {
      expect({ moment, occurrences }).toEqual({
        moment,
        occurrences: shown([...BEFORE, ...FROZEN, ...AFTER]),
      });
    });
    expect(moments).toBeGreaterThan(2);
  });

  it('while nobody else does: no minute has two, and none after it is lost', async () => {
    await atEachMoment(true, (occurrences, moment) => {
      const caughtUp = occurrences.filter((one) => shown(FROZEN).includes(one));
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
