import type { MemoryPorts } from '../../support/memory-ports.ts';
import type { Run } from './history.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Longest time a pod takes to stop after SIGTERM, in ms. */
const GRACE_MS = 30 * SECOND;

/** Finished runs are kept at least so long, and each job's newest. */
const RETENTION_MS = 15 * MINUTE;

const OUTCOMES = { Succeeded: 'succeeded', Failed: 'failed', Cancelled: 'cancelled' } as const;

type Task = { readonly run: Run; readonly space: string; readonly job: string; isEnding: boolean };

export type Tekton = {
  /** Records that a run was created, with its duration in ms unless it is cancelled. */
  started(run: Run, space: string, job: string, lengthMs: number): void;
  cancelled(space: string, name: string): void;
  /** Deletes reported runs that ended long ago, except each job's newest. */
  prune(): void;
};

/**
 * Tekton and kubelet: a run gets a pod within seconds and ends after a while. A cancelled run is finished at once,
 * while its pod takes time to stop. Pods of tasks that ended by themselves stay until the run is deleted.
 */
export function tektonOf(time: VirtualTime, random: Random, { runs, pods }: MemoryPorts): Tekton {
  const tasks = new Map<string, Task>();
  const keyOf = (space: string, name: string): string => `${space}/${name}`;
  const podOf = (name: string): string => `${name}-task-pod`;
  const isoNow = (): string => new Date(time.now()).toISOString();

  const end = (
    task: Task,
    status: 'True' | 'False',
    reason: keyof typeof OUTCOMES,
    stopsAfterMs: number,
  ): void => {
    const { name } = task.run;
    task.isEnding = true;
    task.run.end = { at: time.now(), outcome: OUTCOMES[reason] };
    const condition = { status, reason } as const;
    runs.becomes(
      name,
      { condition, completedAt: isoNow() },
      {
        pod: podOf(name),
        condition,
        terminated: { exitCode: status === 'True' ? 0 : 1, finishedAt: isoNow() },
      },
    );
    void time.at(time.now() + stopsAfterMs, () => {
      task.run.stopped = time.now();
      if (reason === 'Cancelled') pods.delete(podOf(name));
    });
  };

  return {
    started(run, space, job, lengthMs) {
      const task: Task = { run, space, job, isEnding: false };
      tasks.set(keyOf(space, run.name), task);
      void time.at(time.now() + random.between(100, 4_000), () => {
        if (task.isEnding || runs.stored(run.name, space) === undefined) return;
        pods.set(podOf(run.name), []);
        const condition = { status: 'Unknown', reason: 'Running' } as const;
        runs.becomes(run.name, { condition }, { pod: podOf(run.name), condition, runningSince: isoNow() });
      });
      void time.at(time.now() + 4_000 + lengthMs, () => {
        if (task.isEnding || runs.stored(run.name, space) === undefined) return;
        const isGood = random.chance(0.9);
        end(task, isGood ? 'True' : 'False', isGood ? 'Succeeded' : 'Failed', 0);
      });
    },
    cancelled(space, name) {
      const task = tasks.get(keyOf(space, name));
      if (task === undefined || task.isEnding) return;
      const hasPod = pods.has(podOf(name));
      end(task, 'False', 'Cancelled', hasPod ? random.between(100, GRACE_MS) : 0);
    },
    prune() {
      const newest = new Map<string, number>();
      for (const { run, space, job } of tasks.values()) {
        const key = keyOf(space, job);
        newest.set(key, Math.max(newest.get(key) ?? 0, run.minute));
      }
      for (const [key, { run, space, job }] of tasks) {
        const stored = runs.stored(run.name, space);
        const isDone = run.stopped !== undefined && stored?.labels['taskbridge.dev/reported'] !== undefined;
        const isSpared = time.now() - run.at < RETENTION_MS || run.minute === newest.get(keyOf(space, job));
        if (stored !== undefined && (!isDone || isSpared)) continue;
        runs.remove(run.name, space);
        pods.delete(podOf(run.name));
        tasks.delete(key);
      }
    },
  };
}
