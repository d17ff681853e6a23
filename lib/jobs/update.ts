import * as v from 'valibot';
import { type App, Command } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { Name } from '../platform/names.ts';
import { Cpu, Size } from '../platform/quantities.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { fields } from '../platform/schema.ts';
import { Timeout, Variables } from '../tasks/overrides.ts';
import { currentConditions } from './conditions.ts';
import { ConcurrencyPolicy, type InvalidJob, type Job, StartingDeadlineSeconds } from './job.ts';
import type { Jobs } from './jobs.ts';
import { requireApp } from './manage.ts';
import { findAppOf } from './status.ts';

/** Schema of a field of a merge patch; `null` removes the field. */
const removable = <const S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema));

const PATCH_FIELDS = {
  app: v.optional(
    v.pipe(
      v.custom<unknown>(
        (app) => app !== null,
        "null is not allowed: a job can't be without an app; name one.",
      ),
      Name,
    ),
  ),
  command: removable(Command),
  resources: removable(fields({ cpu: removable(Cpu), memory: removable(Size), disk: removable(Size) })),
  env: removable(Variables),
  timeout: removable(Timeout),
  concurrencyPolicy: v.optional(v.nullable(ConcurrencyPolicy, 'Always')),
  startingDeadlineSeconds: removable(StartingDeadlineSeconds),
  expectWithin: removable(Timeout),
} as const;

/** Fields that requests of their own set. */
const OF_OTHERS = {
  name: "A job can't be renamed: create another one.",
  schedule: 'Set it with PUT …/schedule (schedule-job), remove it with DELETE …/schedule.',
  trigger: 'Set it with PUT …/trigger (create-trigger), remove it with DELETE …/trigger.',
  suspend: 'Use PUT …/suspended (suspend-job) or DELETE …/suspended (resume-job).',
};

/** Change of a job as a JSON merge patch (RFC 7396): absent fields stay, `null` removes a field. */
export const JobPatch = v.pipe(
  fields(PATCH_FIELDS, OF_OTHERS),
  v.check(
    (patch) => Object.keys(patch).length > 0,
    `It changes nothing: give at least one of ${Object.keys(PATCH_FIELDS).join(', ')}.`,
  ),
  v.metadata({ minProperties: 1 }),
);
export type JobPatch = v.InferOutput<typeof JobPatch>;

/** Ports of changing a job. */
export type UpdateJobPorts = { readonly apps: Apps; readonly jobs: Jobs; readonly now: () => Date };

type UpdateJob = { readonly space: string; readonly job: string; readonly patch: JobPatch };

/**
 * Merges a patch into a job. Its tasks stay, running ones too; the next one has the new values. A new app takes the place of
 * the app that owns the job. A patch that changes nothing writes nothing. After a crash behind the write of the spec the
 * reconcile writes the condition. Throws `notFound`, `invalid` for an app that does not exist, and `conflict`.
 */
export async function updateJob(
  ports: UpdateJobPorts,
  { space, job: name, patch }: UpdateJob,
): Promise<Job | InvalidJob> {
  const app = patch.app === undefined ? undefined : await requireApp(ports, space, patch.app);
  const updated = await retryOnConflict(
    () => ports.jobs.get(space, name),
    async (job) => {
      if ('spec' in job && holds(job.spec, patch)) return job;
      const changed = await ports.jobs.update(job, patch, app);
      return changed === 'conflict' ? changed : withConditions(ports, changed, app);
    },
  );
  if (updated === 'conflict') throw contended(`Job "${name}"`);
  return updated;
}

/** True when a merge patch leaves a value as it is. A list takes the place of the one before. */
function holds(value: unknown, patch: unknown): boolean {
  // Both have the order of fields that the schema has.
  if (Array.isArray(patch)) return JSON.stringify(value) === JSON.stringify(patch);
  if (typeof patch !== 'object' || patch === null) return (value ?? null) === patch;
  const current = new Map(Object.entries(value ?? {}));
  return Object.entries(patch).every(([field, part]) => holds(current.get(field), part));
}

/** Writes the job's conditions, once: where another writer was first, the reconcile does. */
async function withConditions(
  { apps, jobs, now }: UpdateJobPorts,
  job: Job | InvalidJob,
  known?: App,
): Promise<Job | InvalidJob> {
  const app = known ?? (await findAppOf({ apps }, job));
  const conditions = currentConditions(job, app, now());
  if (conditions === job.status.conditions) return job;
  const written = await jobs.writeStatus(job, { conditions });
  return typeof written === 'string' ? job : written;
}
