import { type App, validApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { checkTrigger, type ManageTriggerPorts } from '../events/manage-triggers.ts';
import { invalid, notFound } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import { removeRules } from '../schedules/rules.ts';
import { syncRules } from '../schedules/sync.ts';
import { type Ran, type RunRequest, type RunTaskPorts, run } from '../tasks/run.ts';
import { type ConcurrencyPolicy, type InvalidJob, type Job, type JobSpec, validJob } from './job.ts';
import { type JobSchedule, refusePast, scheduleOf } from './job-schedule.ts';
import type { Jobs } from './jobs.ts';
import { findAppOf } from './status.ts';

/** Ports of managing jobs. */
export type ManageJobPorts = ManageTriggerPorts & {
  readonly apps: Apps;
  readonly random: (bytes: number) => Uint8Array;
};

type CreateJob = { readonly space: string; readonly name: string; readonly spec: JobSpec };

/**
 * Creates a job with its app as the owner, and activates its schedule and trigger. Throws `conflict` when the name is
 * taken, `invalid` when the app does not exist, and for a time that has passed. After a crash behind the create the reconcile activates them. No
 * occurrence from before this call runs.
 */
export async function createJob(
  ports: ManageJobPorts,
  { space, name, spec }: CreateJob,
): Promise<Job | InvalidJob> {
  if (spec.trigger !== undefined) await checkTrigger(ports, { space, name }, spec.trigger, 'trigger.');
  const since = ports.now();
  if (spec.schedule !== undefined) refusePast(spec.schedule, since, 'schedule.at');
  const app = await requireApp(ports, space, spec.app);
  const job = await ports.jobs.create(app, name, spec, newNonce(ports));
  return syncRules(ports, job, { since, app });
}

/**
 * Returns the app of a job. One that does not exist, or is being deleted and would take the job with it, is an invalid field
 * of the request: the path names only the space.
 */
export async function requireApp(
  { apps }: { readonly apps: Apps },
  space: string,
  name: string,
): Promise<App> {
  const app = await apps.find(space, name);
  if (app?.deleting)
    throw invalid({ field: 'app', message: `App "${name}" is being deleted: push it again.` });
  if (app !== undefined) return validApp(app);
  throw invalid({ field: 'app', message: `App "${name}" is not in space "${space}": push it first.` });
}

type ScheduleJob = {
  readonly space: string;
  readonly job: string;
  /** Either a cron or a time. */
  readonly cron?: string | undefined;
  readonly at?: string | undefined;
  /** Absent: unchanged, or UTC. */
  readonly timeZone?: string | undefined;
  /** Absent: unchanged. */
  readonly concurrencyPolicy?: ConcurrencyPolicy | undefined;
  /** Absent: unchanged. */
  readonly startingDeadlineSeconds?: number | undefined;
};

/**
 * Sets a job's schedule and returns the one that it replaced. Idempotent; a new schedule starts from this call on. Throws
 * `notFound`, and `invalid` for a time that has passed. After a crash behind the write of the spec the reconcile activates it.
 */
export async function scheduleJob(
  ports: ManageJobPorts,
  { space, job: name, cron, at, timeZone, ...rest }: ScheduleJob,
): Promise<{ readonly job: Job | InvalidJob; readonly replaced?: JobSchedule }> {
  const since = ports.now();
  const old = await ports.jobs.get(space, name);
  const replaced = 'spec' in old ? old.spec.schedule : undefined;
  const schedule = scheduleOf({ cron, at, timeZone: timeZone ?? replaced?.timeZone ?? 'UTC' });
  refusePast(schedule, since, 'at', old.status.lastScheduleTime);
  const app = await findAppOf(ports, old);
  const changed = await ports.jobs.change(old, { schedule, ...rest });
  const job = await syncRules(ports, changed, { since, app });
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
  const app = await findAppOf(ports, job);
  const changed = await ports.jobs.change(job, { schedule: null });
  await syncRules(ports, changed, { since: ports.now(), app });
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
  const app = await findAppOf(ports, job);
  return syncRules(ports, await ports.jobs.change(job, { suspend }), { since, app });
}

const mayHaveRules = (job: Job | InvalidJob): boolean =>
  !('spec' in job) ||
  [job.spec.schedule, job.spec.trigger, job.status.schedule, job.status.trigger].some(
    (part) => part !== undefined,
  );

/**
 * Deletes a job: its rules first, so that nothing triggers it any more; its tasks, running ones too, are deleted in the
 * background. Throws `notFound`. After a crash in between the job still exists, and a repeat continues. Where EventBridge is
 * unreachable the job is deleted all the same, and the reconcile removes the rules.
 */
export async function deleteJob(
  ports: ManageJobPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if (mayHaveRules(job)) await removeRules(ports, job);
  await ports.jobs.delete(job);
}

/** Ports of running a job. */
export type RunJobPorts = RunTaskPorts & { readonly jobs: Jobs };

export type RunJob = RunRequest & { readonly job: string };

/**
 * Runs a job now, beside its schedule, even while it is suspended or another of its tasks runs. Idempotent with a key, as
 * run-task is. Throws `notFound`, `conflict` for a job or an app that can't run, and what run-task throws.
 */
export async function runJob(ports: RunJobPorts, request: RunJob): Promise<Ran> {
  const job = validJob(await ports.jobs.get(request.space, request.job));
  return run(ports, request, { verb: 'run-job', app: job.spec.app, job });
}
