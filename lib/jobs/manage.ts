import { type App, validApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { checkTrigger, type ManageTriggerPorts } from '../events/manage-triggers.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { invalid, notFound } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import { removeRules } from '../schedules/rules.ts';
import { syncRules } from '../schedules/sync.ts';
import type { ConcurrencyPolicy, InvalidJob, Job, JobSchedule, JobSpec } from './job.ts';
import type { Jobs } from './jobs.ts';

/** Ports of managing jobs. */
type ManageJobPorts = ManageTriggerPorts & {
  readonly apps: Apps;
  readonly random: (bytes: number) => Uint8Array;
};

type CreateJob = { readonly space: string; readonly name: string; readonly spec: JobSpec };

/**
 * Creates a job with its app as the owner, and activates its schedule and trigger. Throws `conflict` when the name is
 * taken, `invalid` when the app does not exist. After a crash behind the create the reconcile activates them. No
 * occurrence from before this call runs.
 */
export async function createJob(
  ports: ManageJobPorts,
  { space, name, spec }: CreateJob,
): Promise<Job | InvalidJob> {
  if (spec.trigger !== undefined) await checkTrigger(ports, { space, name }, spec.trigger, 'trigger.');
  const since = ports.now();
  const app = await requireApp(ports, space, spec.app);
  const job = await ports.jobs.create(app, name, spec, newNonce(ports));
  if (spec.schedule === undefined && spec.trigger === undefined) return job;
  return syncRules(ports, job, { since, app });
}

/** Returns the app. One that does not exist is an invalid field of the request: the path names only the space. */
async function requireApp({ apps }: { readonly apps: Apps }, space: string, name: string): Promise<App> {
  const app = await apps.find(space, name);
  if (app !== undefined) return validApp(app);
  throw invalid({ field: 'app', message: `App "${name}" is not in space "${space}": push it first.` });
}

type ScheduleJob = {
  readonly space: string;
  readonly job: string;
  readonly schedule: JobSchedule;
  /** Absent: unchanged. */
  readonly concurrencyPolicy?: ConcurrencyPolicy | undefined;
  /** Absent: unchanged. */
  readonly startingDeadlineSeconds?: number | undefined;
};

/**
 * Sets a job's schedule and returns the one that it replaced. Idempotent; a new schedule starts from this call on. Throws
 * `notFound`. After a crash behind the write of the spec the reconcile activates it.
 */
export async function scheduleJob(
  ports: ManageJobPorts,
  { space, job: name, schedule, ...rest }: ScheduleJob,
): Promise<{ readonly job: Job | InvalidJob; readonly replaced?: JobSchedule }> {
  const since = ports.now();
  const old = await ports.jobs.get(space, name);
  const changed = await ports.jobs.change(old, { schedule, ...rest });
  const job = await syncRules(ports, changed, { since });
  const replaced = 'spec' in old ? old.spec.schedule : undefined;
  return { job, ...(replaced === undefined ? {} : { replaced }) };
}

/**
 * Removes a job's schedule; the job then runs on request, and running tasks go on. Throws `notFound` when the job does not
 * exist or has no schedule. After a crash behind the write of the spec the reconcile removes the rules.
 */
export async function deleteJobSchedule(
  ports: ManageJobPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if ('spec' in job && job.spec.schedule === undefined) {
    throw notFound(`Job "${name}" has no schedule.`);
  }
  const changed = await ports.jobs.change(job, { schedule: null });
  await syncRules(ports, changed, { since: ports.now() });
}

/**
 * Suspends or resumes a job's schedule and trigger. Idempotent. Occurrences that were due while it was suspended never run:
 * a resumed schedule starts from this call on. Throws `notFound`.
 */
export async function suspendJob(
  ports: ManageJobPorts,
  { space, job: name, suspend }: { space: string; job: string; suspend: boolean },
): Promise<Job | InvalidJob> {
  const since = ports.now();
  const job = await ports.jobs.get(space, name);
  return syncRules(ports, await ports.jobs.change(job, { suspend }), { since });
}

/**
 * Suspends or resumes all jobs of a space and returns the names of those that changed. It takes effect with each job's
 * write; the reconcile syncs their rules within two minutes. After a crash a repeat does the rest.
 */
export async function suspendSpace(
  ports: { readonly jobs: Jobs },
  { space, suspend }: { space: string; suspend: boolean },
): Promise<{ readonly jobs: readonly string[] }> {
  const names: string[] = [];
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after }))) {
    const others = page.filter((job) => 'spec' in job && job.spec.suspend !== suspend);
    await mapConcurrent(others, (job) => ports.jobs.change(job, { suspend }));
    names.push(...others.map(({ name }) => name));
  }
  return { jobs: names };
}

const mayHaveRules = (job: Job | InvalidJob): boolean =>
  !('spec' in job) ||
  [job.spec.schedule, job.spec.trigger, job.status.schedule, job.status.trigger].some(
    (part) => part !== undefined,
  );

/**
 * Deletes a job: its rules first, so that nothing wakes it any more; its tasks, running ones too, follow in the background.
 * Throws `notFound`. After a crash in between the job still exists, and a repeat goes on. Where EventBridge is out of reach
 * the job is deleted all the same, and the reconcile removes the rules.
 */
export async function deleteJob(
  ports: ManageJobPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if (mayHaveRules(job)) await removeRules(ports, job);
  await ports.jobs.delete(job);
}
