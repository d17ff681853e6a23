import type { EnvVar } from '../apps/env-var.ts';
import { triggerHash } from '../events/trigger.ts';
import { allowedSources, type EventStage } from '../events/trigger-rules.ts';
import { conflict } from '../platform/errors.ts';
import { canonical } from '../platform/json.ts';
import type { AppliedJob } from './applied-job.ts';
import {
  type InvalidJob,
  isSynced,
  type Job,
  type JobSpec,
  wantedSchedule,
  wantedTrigger,
  writtenSpecOf,
} from './job.ts';

/** One job of an apply: what there is to do for it. */
export type PlannedJob =
  | { readonly action: 'create'; readonly name: string; readonly spec: JobSpec }
  | {
      readonly action: 'change';
      readonly name: string;
      readonly spec: JobSpec;
      readonly job: Job | InvalidJob;
      /** Fields that differ; `spec` for a job that can't run as it is. */
      readonly fields: readonly string[];
    }
  | {
      /** `keep`: not in the file, and not to be deleted. */
      readonly action: 'none' | 'delete' | 'keep';
      readonly name: string;
      readonly job: Job | InvalidJob;
    };

type ApplyInput = {
  readonly app: string;
  readonly jobs: readonly AppliedJob[];
  /** Jobs of the space. */
  readonly found: readonly (Job | InvalidJob)[];
  readonly prune: boolean;
};

/**
 * Compares the jobs of a file with those that are there: in the order of the file, then by name those that the file lacks. Of
 * these `prune` deletes the ones that an apply for this very app made. Throws `conflict` when a name is that of another app's
 * job, of a task at a time, or of a job that is being deleted.
 */
export function planApply({ app, jobs, found, prune }: ApplyInput): readonly PlannedJob[] {
  const byName = new Map(found.map((job) => [job.name, job]));
  const planned = jobs.map((job) => planJob(app, job, byName.get(job.name)));
  const named = new Set(jobs.map(({ name }) => name));
  const others = found.filter((job) => !named.has(job.name) && isOfApp(app, job));
  return [
    ...planned,
    ...others
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map((job): PlannedJob => {
        const action = prune && job.applied === app ? 'delete' : 'keep';
        return { action, name: job.name, job };
      }),
  ];
}

/** True for a job of the app that stays until it is deleted. */
const isOfApp = (app: string, job: Job | InvalidJob): boolean =>
  writtenSpecOf(job).app === app && !job.deleting && job.isTemporary !== true;

function planJob(
  app: string,
  { name, suspend, ...fields }: AppliedJob,
  job: Job | InvalidJob | undefined,
): PlannedJob {
  if (job === undefined)
    return { action: 'create', name, spec: { ...fields, app, suspend: suspend ?? false } };
  if (job.deleting) throw conflict(`Job "${name}" is being deleted. Try again in a moment.`);
  if (job.isTemporary)
    throw conflict(`Job "${name}" is a task at a time: give the job of the file another name.`);
  const written = writtenSpecOf(job);
  if (written.app !== app)
    throw conflict(
      `Job "${name}" is of app "${written.app ?? ''}", not of "${app}": give the job of the file another name, or move it with update-job.`,
    );
  const spec = { ...fields, app, suspend: suspend ?? written.suspend ?? false };
  const changed = 'spec' in job ? changedFields(job.spec, spec) : ['spec'];
  return changed.length === 0
    ? { action: 'none', name, job }
    : { action: 'change', name, spec, job, fields: changed };
}

/** Names of the fields in which two specs differ. Empty ones are absent. */
export function changedFields(one: JobSpec, other: JobSpec): readonly string[] {
  const [before, after] = [new Map(entriesOf(one)), new Map(entriesOf(other))];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (field) => before.get(field) !== after.get(field),
  );
}

/** Fields that are not empty, with their values as JSON. */
function entriesOf({ env, ...spec }: JobSpec): readonly (readonly [string, string])[] {
  const fields = Object.entries({ ...spec, env: env?.map(explicit) }).filter(
    ([, value]) => value !== undefined,
  );
  return fields
    .map(([field, value]) => [field, canonical(value)] as const)
    .filter(([, json]) => json !== '{}' && json !== '[]');
}

/** A variable without a value is an empty one. */
const explicit = (variable: EnvVar): EnvVar =>
  variable.valueFrom === undefined ? { ...variable, value: variable.value ?? '' } : variable;

/** True for a job whose schedule and trigger are active, or that has none which should be. */
export function isActivated(stage: EventStage, job: Job | InvalidJob): boolean {
  if (!('spec' in job)) return false;
  const trigger = wantedTrigger(job);
  const hash = trigger && triggerHash(trigger, allowedSources(stage, job.space, trigger.bus));
  const isScheduled = wantedSchedule(job) === undefined || isSynced(job);
  return (
    isScheduled && (hash === undefined || (job.status.trigger?.hash === hash && job.status.trigger.active))
  );
}
