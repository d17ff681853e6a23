import type { App, InvalidApp } from '../apps/app.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import type { Turns } from '../platform/collections.ts';
import { reconcileApps, reconcileBuilds } from './apps.ts';
import type { ReconcileContext, Work } from './context.ts';
import { reconcileJob } from './jobs.ts';
import type { Pauses } from './pauses.ts';
import { reconcileRuns } from './runs.ts';

/**
 * Turns that spaces take: at plans of jobs, which compute; at syncs, whose requests to EventBridge are few a second; and at
 * all other work.
 */
type SpaceTurns = { readonly plans: Turns; readonly syncs: Turns; readonly others: Turns };

/** A space with its Apps and Jobs; `jobs` is absent when they could not be listed. */
export type Space = {
  readonly name: string;
  readonly apps: readonly (App | InvalidApp)[];
  readonly jobs: readonly (Job | InvalidJob)[] | undefined;
};

type Shared = { readonly turns: SpaceTurns; readonly pauses: Pauses };

/**
 * Reconciles one space beside others, in its turns: its tasks, then its jobs, then its apps. A space that refuses to list
 * its tasks is closed, and nothing else of it is begun. The syncs of its jobs have turns of their own and hold back nothing
 * else: `syncs` resolves when they have ended.
 */
export async function reconcileSpace(
  context: ReconcileContext,
  { name: space, apps, jobs }: Space,
  shared: Shared,
): Promise<{ readonly isOpen: boolean; readonly syncs?: Promise<unknown> }> {
  const { counters, ports } = context;
  const { turns, pauses } = shared;
  const begin = (work: Work) => turns.others(space, work);
  const runs = await begin(() => counters.isolate({ space }, () => reconcileRuns(context, space, jobs)));
  if (runs === 'refused') {
    pauses.refused(space, ports.now());
    return { isOpen: false };
  }
  if (runs === 'done') pauses.allowed(space);

  const planned = await planInTurns(context, space, jobs ?? [], turns.plans);
  const syncs = Promise.all(
    planned.syncs.map((sync) => turns.syncs(space, () => unlessPaused(context, space, sync, pauses))),
  );
  await Promise.all(planned.others.map(begin));
  await Promise.all([...reconcileApps(context, apps), ...reconcileBuilds(context, apps)].map(begin));
  return { isOpen: true, syncs };
}

/**
 * Limits of one turn of a plan, in jobs and in ms: a zone or a cron that this process reads for the first time takes
 * milliseconds.
 */
const JOBS_A_TURN = 50;
const TURN_MS = 20;

async function planInTurns(
  context: ReconcileContext,
  space: string,
  jobs: readonly (Job | InvalidJob)[],
  inTurn: Turns,
): Promise<{ readonly syncs: readonly Work[]; readonly others: readonly Work[] }> {
  const { ports, counters } = context;
  const syncs: Work[] = [];
  const others: Work[] = [];
  let next = 0;
  const plan = async (): Promise<void> => {
    // Lets in the answers that other spaces wait for.
    await ports.wait(0);
    const [last, end] = [next + JOBS_A_TURN, ports.now().getTime() + TURN_MS];
    for (const job of jobs.slice(next, last)) {
      // Also when its plan fails: the next turn begins after it.
      next += 1;
      const planned = reconcileJob(context, job);
      if (planned !== undefined) (planned.kind === 'sync' ? syncs : others).push(planned.work);
      if (ports.now().getTime() >= end) return;
    }
  };
  while (next < jobs.length)
    if ((await inTurn(space, () => counters.isolate({ space }, plan))) === 'deferred') break;
  return { syncs, others };
}

/**
 * Begins a sync unless one of the space was refused, or found this process too busy, in this reconcile or shortly before:
 * then the others would fare no better.
 */
async function unlessPaused(
  { ports, counters }: ReconcileContext,
  space: string,
  sync: Work,
  pauses: Pauses,
): Promise<void> {
  const syncs = `${space} syncs`;
  if (pauses.isPaused(syncs, ports.now())) return counters.count('paused');
  const outcome = await sync();
  if (outcome === 'refused' || outcome === 'busy') pauses.refused(syncs, ports.now());
  else if (outcome === 'done') pauses.allowed(syncs);
}
