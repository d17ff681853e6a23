import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { fireEvent } from '../../lib/events/fire-event.ts';
import { createJob } from '../../lib/jobs/manage.ts';
import { fireJob } from '../../lib/jobs/run-due.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { isActive, isQueued, type RunRecord } from '../../lib/tasks/task.ts';
import { reconcileNow } from '../faults/harness/minutes.ts';
import { type AllPorts, appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const JOB = 'nightly';
const TRIGGER = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;
const TWO = new Date('2026-11-25T02:00:00Z');

const runsOf = ({ runs }: MemoryPorts): readonly RunRecord[] =>
  runs.names().flatMap((name) => runs.stored(name) ?? []);
const running = (ports: MemoryPorts): readonly string[] =>
  runsOf(ports)
    .filter((run) => isActive(run) && !isQueued(run))
    .map(({ name }) => name);

/** Ends the tasks that were cancelled, and with `all` those that run. */
function endTasks(ports: MemoryPorts, all: boolean): void {
  for (const { name } of runsOf(ports).filter(isActive)) {
    if (ports.runs.cancelled().includes(name))
      ports.runs.becomes(name, { condition: { status: 'False', reason: 'Cancelled' } });
    else if (all && running(ports).includes(name))
      ports.runs.becomes(name, { condition: { status: 'True', reason: 'Succeeded' } });
  }
}

/** Job with a schedule and a trigger, at the second at which its schedule is due. */
async function dueJob(policy: 'Forbid' | 'Replace', maxRunning?: number): Promise<MemoryPorts> {
  const app = appOf('billing', { command: 'bin/report', ...(maxRunning && { maxRunning }) });
  const ports = memoryPorts({ apps: [app], sources: { [SPACE]: { default: ['aws.s3'] } } });
  ports.setClock(new Date(TWO.getTime() - 3_600_000));
  const schedule = { cron: '0 2 * * *', timeZone: 'UTC' };
  const spec = { app: 'billing', schedule, trigger: TRIGGER, concurrencyPolicy: policy, suspend: false };
  await createJob(ports, { space: SPACE, name: JOB, spec });
  ports.setClock(new Date(TWO.getTime() + 5_000));
  return ports;
}

/** Ports whose every call waits for its turn, and then notes the tasks that run. */
function inTurn(environment: MemoryPorts, scheduler: fc.Scheduler, seen: string[][]): AllPorts {
  const over = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || name === 'all') return method;
        return async (...given: readonly unknown[]): Promise<unknown> => {
          await scheduler.schedule(Promise.resolve());
          const answer: unknown = await Reflect.apply(method, target, given);
          seen.push([...running(environment)]);
          return answer;
        };
      },
    });
  return {
    ...environment,
    wait: async (ms) => {
      await scheduler.schedule(Promise.resolve());
      endTasks(environment, false);
      await environment.wait(ms);
    },
    jobs: over(environment.jobs),
    runs: over(environment.runs),
    secrets: over(environment.secrets),
  };
}

const event = (id: string) => ({
  facts: { id, source: 'aws.s3', detailType: 'Object Created', time: '2026-11-25T02:00:00Z', detail: {} },
  json: '{}',
});

const CASES = (['Forbid', 'Replace'] as const).flatMap((policy) =>
  [undefined, 1, 5].map((maxRunning) => ({ policy, maxRunning })),
);

describe.each(CASES)(
  'a job under $policy with a schedule and a trigger, of an app that runs at most $maxRunning',
  ({ policy, maxRunning }) => {
    it('runs one task at a time, however fires, events and reconciles meet, and loses none', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.integer({ min: 1, max: 2 }),
          fc.boolean(),
          async (scheduler, events, reconciles) => {
            const ports = await dueJob(policy, maxRunning);
            const seen: string[][] = [];
            const turns = inTurn(ports, scheduler, seen);
            const ids = ['event-1', 'event-2'].slice(0, events);
            await scheduler.waitFor(
              Promise.all([
                fireJob(turns, { space: SPACE, job: JOB, time: TWO }),
                ...ids.map((id) => fireEvent(turns, { space: SPACE, job: JOB, event: event(id) })),
                ...(reconciles ? [reconcileNow(turns)] : []),
              ]),
            );
            for (let minute = 1; minute <= 6; minute += 1) {
              endTasks(ports, true);
              ports.setClock(new Date(TWO.getTime() + minute * 60_000));
              await reconcileNow(ports);
              seen.push([...running(ports)]);
            }
            assert.deepEqual(
              seen.filter((names) => names.length > 1),
              [],
            );
            const runs = runsOf(ports);
            assert.equal(runs.length, 1 + events, 'each occurrence and event has its task');
            const left = runs.filter(
              (run) =>
                run.condition?.status !== 'True' &&
                run.annotations[ANNOTATION.cancelledBecause] !== 'Replaced',
            );
            assert.deepEqual(
              left.map(({ name, condition }) => ({ name, condition })),
              [],
            );
            if (policy === 'Forbid') assert.deepEqual(ports.runs.cancelled(), []);
          },
        ),
        { numRuns: 60 },
      );
    });
  },
);
