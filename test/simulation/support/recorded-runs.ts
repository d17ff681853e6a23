import type { Runs } from '../../../lib/tasks/runs.ts';
import type { MemoryPorts } from '../../support/memory-ports.ts';
import type { ClusterOptions } from './cluster.ts';
import type { BackfillRun } from './history.ts';
import type { Tekton } from './tekton.ts';

/** Run of a backfill, and the job whose it is. */
type Kept = { readonly run: BackfillRun; readonly job: string };

/** Runs whose creation, admission and cancellation are written into the history, and which Tekton then runs. */
export function recordedRuns(memory: MemoryPorts, tekton: Tekton, options: ClusterOptions): Runs {
  const { time, history, current, lengthOf } = options;
  const { runs } = memory;
  const backfills = new Map<string, Kept>();
  const backfillAt = (space: string, name: string): Kept | undefined => backfills.get(`${space}/${name}`);

  const stop = async (space: string, name: string): Promise<void> => {
    const kept = backfillAt(space, name);
    if (kept !== undefined) kept.run.isCancelled = true;
    await time.sleep(200);
    if (kept === undefined || kept.run.admitted !== undefined) return tekton.cancelled(space, name);
    kept.run.stopped = time.now();
    if (runs.stored(name, space) === undefined) return;
    const condition = { status: 'False', reason: 'Cancelled' } as const;
    runs.becomes(name, { condition, completedAt: new Date(time.now()).toISOString() });
  };

  return {
    ...runs,
    async create(manifest) {
      memory.setClock(new Date(time.now()));
      const created = await runs.create(manifest);
      if (created.outcome === 'exists') return created;
      const { space, name, annotations, ownerUid } = created.run;
      const owner = history.jobs.get(ownerUid);
      if (owner === undefined) return created;
      const minute = Date.parse(annotations['taskbridge.dev/scheduled-time'] ?? '');
      const run = { name, minute, at: time.now(), by: current() };
      const mark = annotations['taskbridge.dev/backfill'];
      if (mark === undefined) {
        owner.runs.push(run);
        tekton.started(run, space, owner.name, lengthOf(owner.name));
      } else {
        const backfill: BackfillRun = { ...run, maxRunning: JSON.parse(mark).maxRunning, reserved: [] };
        owner.backfills.push(backfill);
        backfills.set(`${space}/${name}`, { run: backfill, job: owner.name });
      }
      // The garbage collector finds a run whose owner is gone.
      if (owner.deleted !== undefined) void time.sleep(500).then(() => runs.remove(name, space));
      return created;
    },
    async admit(space, name, now) {
      const answer = await runs.admit(space, name, now);
      const kept = backfillAt(space, name);
      if (answer !== 'admitted' || kept === undefined || kept.run.admitted !== undefined) return answer;
      kept.run.admitted = time.now();
      kept.run.admittedBy = current();
      tekton.started(kept.run, space, kept.job, lengthOf(kept.job));
      return answer;
    },
    async reserve(space, name, at) {
      await runs.reserve(space, name, at);
      const reserved = backfillAt(space, name)?.run.reserved ?? [];
      const open = reserved.find(({ to }) => to === undefined);
      if (at !== undefined && open === undefined) reserved.push({ from: time.now() });
      if (at === undefined && open !== undefined) open.to = time.now();
    },
    async cancel(space, name, because) {
      const answer = await runs.cancel(space, name, because);
      if (because === 'Replaced' && backfillAt(space, name) !== undefined)
        history.faults.push(`Replace cancelled ${name}, which is of a backfill.`);
      if (answer === 'cancelling') void stop(space, name);
      return answer;
    },
    async cancelQueued(space, name) {
      const answer = await runs.cancelQueued(space, name);
      if (answer === 'cancelling') void stop(space, name);
      return answer;
    },
  };
}
