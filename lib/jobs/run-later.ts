import { DomainError, invalid } from '../platform/errors.ts';
import { hashOf, idempotentId, newNonce, taskName } from '../platform/names.ts';
import { syncRules } from '../schedules/sync.ts';
import { startCommandOf } from '../tasks/spec.ts';
import type { InvalidJob, Job, JobSpec } from './job.ts';
import { refusePast, scheduleOf } from './job-schedule.ts';
import { type ManageJobPorts, requireApp } from './manage.ts';

/** Task of an app that is to run at a time. */
type RunLater = Pick<JobSpec, 'command' | 'resources' | 'env' | 'timeout'> & {
  readonly space: string;
  readonly app: string;
  readonly at: string;
  readonly timeZone: string;
  readonly idempotencyKey?: string | undefined;
};

/**
 * Makes a job that runs one task of an app at a time, and then goes: its task belongs to the app. With an idempotency key the
 * same request again returns the same job while it is there. Throws `invalid` for a time that has passed or that the zone
 * skips, for an app that does not exist or has no command, and for a key of another request. After a crash behind the create
 * the reconcile makes its rule.
 */
export async function runLater(
  ports: ManageJobPorts,
  { space, app: appName, at, timeZone, idempotencyKey, ...task }: RunLater,
): Promise<Job | InvalidJob> {
  const since = ports.now();
  const schedule = scheduleOf({ at, timeZone });
  refusePast(schedule, since, 'at');
  const app = await requireApp(ports, space, appName);
  // What a source's image can start is not known before it is built.
  if (app.spec.image !== undefined) startCommandOf(app, task);
  const key = idempotencyKey ?? newNonce(ports);
  const name = taskName(appName, `at-${idempotentId('run-later', appName, key)}`);
  const spec = { ...task, app: appName, schedule, concurrencyPolicy: 'Always', suspend: false } as const;
  const job = await create(ports, app, name, spec, hashOf([key, JSON.stringify(spec)], 24));
  return syncRules(ports, job, { since, app });
}

/** Creates the job. The nonce follows from key and request, so that a repeat finds its own job and no other. */
async function create(
  { jobs }: ManageJobPorts,
  app: Parameters<ManageJobPorts['jobs']['create']>[0],
  name: string,
  spec: JobSpec,
  nonce: string,
): Promise<Job> {
  try {
    return await jobs.create(app, name, spec, nonce, { isTemporary: true });
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
    throw invalid({
      field: 'Idempotency-Key',
      message: `It was used for another request, which became job "${name}". Use a new key for a new task.`,
    });
  }
}
