import type { Apps } from '../apps/apps.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import { nextOccurrenceOf } from '../schedules/sync.ts';
import { currentConditions, type KnownApp } from './conditions.ts';
import { type InvalidJob, type Job, wantedSchedule, writtenSpecOf } from './job.ts';
import type { Jobs, StatusChange } from './jobs.ts';
import { findAppOf, writeStatus } from './status.ts';

/** Ports of suspending a space. */
type SuspendSpacePorts = {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly now: () => Date;
};

/**
 * Suspends or resumes all jobs of a space, invalid ones too, and returns the names of those that changed. It takes effect
 * with each job's write, and its conditions say so; the reconcile syncs their rules within two minutes. After a crash a
 * repeat does the rest.
 */
export async function suspendSpace(
  ports: SuspendSpacePorts,
  { space, suspend }: { readonly space: string; readonly suspend: boolean },
): Promise<{ readonly jobs: readonly string[] }> {
  const names: string[] = [];
  const apps = new Map<string, ReturnType<Apps['find']>>();
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after }))) {
    const others = page.filter((job) => (writtenSpecOf(job).suspend ?? false) !== suspend);
    await mapConcurrent(others, async (job) => {
      const changed = await ports.jobs.change(job, { suspend });
      // No suspended job is ready, whatever its app is.
      const app = suspend ? 'unknown' : await findOnce(ports, apps, changed);
      await writeStatus(ports, changed, (current) => statusOf(current, app, ports.now()));
    });
    names.push(...others.map(({ name }) => name));
  }
  return { jobs: names };
}

/** Reads the app of a job, once for all its jobs. The role of the function may not list apps. */
function findOnce(
  ports: SuspendSpacePorts,
  apps: Map<string, ReturnType<Apps['find']>>,
  job: Job | InvalidJob,
): ReturnType<Apps['find']> {
  const name = writtenSpecOf(job).app ?? '';
  const app = apps.get(name) ?? findAppOf(ports, job);
  apps.set(name, app);
  return app;
}

/** A suspended job has no active schedule and no trigger; those of a resumed one are activated by the reconcile. */
function statusOf(job: Job | InvalidJob, app: KnownApp, now: Date): StatusChange {
  const schedule = wantedSchedule(job);
  const conditions = currentConditions(job, app, now);
  if (schedule !== undefined) return { nextScheduleTime: nextOccurrenceOf(schedule, now), conditions };
  return { schedule: null, lease: null, trigger: null, nextScheduleTime: null, conditions };
}
