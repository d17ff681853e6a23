import type { App } from '../domain/app.ts';
import { groupBy } from '../domain/group-by.ts';
import type { BrokenJob, Job } from '../domain/job.ts';
import { LABEL } from '../domain/labels.ts';
import { isActive, releasable } from '../domain/parking.ts';
import { pendingSince } from '../domain/pending.ts';
import { turnOf, waitsForTurn } from '../domain/turns.ts';
import type { RunRow } from '../ports.ts';
import { untoldRuns } from './release-parked.ts';
import { stopRuns } from './replace-runs.ts';
import { tellEnds } from './tell-ends.ts';
import { keyOf, type World } from './world.ts';

/**
 * The tasks of a space: ends are told, parked ones let go where there is room, those that can't start cancelled. Where
 * the Jobs could not be listed, what runs by a job's policy is held back, and ends of jobs' tasks are left for the next
 * minute: their jobs' statuses can't be written.
 */
export async function reconcileRuns(
  world: World,
  space: string,
  jobs: readonly (Job | BrokenJob)[] | undefined,
): Promise<void> {
  const rows = await untoldRuns(world.ports, space, {});
  const active = rows.filter(isActive);
  const held =
    jobs === undefined
      ? new Set(rows.filter(waitsForTurn).map(({ name }) => name))
      : await heldBack(world, space, rows, jobs);
  for (const [name = '', runs] of groupBy(active, ({ labels }) => labels[LABEL.app])) {
    const app = world.apps?.get(keyOf({ space, name }));
    if (app === undefined || !('spec' in app)) continue;
    await world.tally.attempt({ space, app: name }, () =>
      release(
        world,
        app,
        runs.filter((run) => !held.has(run.name)),
      ),
    );
    await world.tally.attempt({ space, app: name }, () => cancelPending(world, app, runs));
  }
  const ended = rows.filter((row) => !isActive(row));
  const told = jobs === undefined ? ended.filter(({ labels }) => labels[LABEL.job] === undefined) : ended;
  await tellEnds(world, space, told, jobs ?? []);
}

/**
 * The parked runs of events whose turn it is not, by their job's policy. What Replace replaces is cancelled first: one
 * that does not stop at once holds the next one back until another minute.
 */
async function heldBack(
  { ports, tally }: World,
  space: string,
  rows: readonly RunRow[],
  jobs: readonly (Job | BrokenJob)[],
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const [uid, waiting] of groupBy(rows.filter(waitsForTurn), ({ ownerUid }) => ownerUid)) {
    const job = jobs.find((one) => one.uid === uid);
    if (job === undefined || !('spec' in job) || job.spec.concurrencyPolicy === 'Always') continue;
    const policy = job.spec.concurrencyPolicy;
    for (const { name } of waiting) held.add(name);
    await tally.attempt({ space, job: job.name }, async () => {
      const ofJob = rows.filter(({ ownerUid }) => ownerUid === uid);
      const { next, stops } = turnOf(ofJob, policy);
      const stopped = await stopRuns(ports, space, stops, 0);
      if (next !== undefined && stopped !== 'stillRunning') held.delete(next);
    });
  }
  return held;
}

async function release(
  { ports, tally }: World,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  for (const name of releasable(runs, spec.maxRunning)) {
    if ((await ports.runs.release(space, name, ports.now())) === 'released') tally.count('released');
  }
}

/** Cancels what could not start in time: no place on a node, an image that is not there, a Secret that is missing. */
async function cancelPending(
  { ports, tally }: World,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  const now = ports.now();
  const late = runs.filter((run) => pendingSince(run, spec.pendingTimeout, now)).map(({ name }) => name);
  if (late.length === 0) return;
  const begun = (await ports.runs.taskRuns(space, late))
    .filter(({ runningSince, terminated }) => runningSince !== undefined || terminated !== undefined)
    .map(({ run }) => run);
  for (const name of late.filter((run) => !begun.includes(run))) {
    if ((await ports.runs.cancel(space, name, 'PendingTimeout')) === 'cancelling')
      tally.count('pendingTimeout');
  }
}
