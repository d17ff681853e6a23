import * as v from 'valibot';
import { Metadata } from '../platform/kubernetes/objects.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { Name } from '../platform/names.ts';
import { formatCpu, formatDuration, formatSize, isRfc3339, toRfc3339 } from '../platform/quantities.ts';
import { parse } from '../platform/schema.ts';
import { HealthRecord, serializeHealth } from './health-records.ts';
import {
  type InvalidJob,
  type Job,
  type JobCondition,
  JobSpec,
  type JobStatus,
  type Missed,
  type SyncedSchedule,
} from './job.ts';
import { JobSchedule } from './job-schedule.ts';
import type { SpecChange, StatusChange } from './jobs.ts';
import { part, WrittenSpec } from './written-spec.ts';

const Timestamp = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
  v.check(isRfc3339),
);

const ActiveSchedule = v.pipe(
  v.object({
    cron: v.optional(v.string()),
    at: v.optional(v.string()),
    timeZone: v.string(),
    since: Timestamp,
    expressionsHash: v.optional(v.string()),
    driver: v.picklist(['rules', 'polling']),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): SyncedSchedule => {
    const { cron, at, timeZone, ...rest } = dataset.value;
    const schedule = v.safeParse(JobSchedule, { cron, at, timeZone });
    if (schedule.success) return { ...schedule.output, ...rest };
    addIssue();
    return NEVER;
  }),
);

const Lease = v.object({
  occurrence: Timestamp,
  replaces: v.optional(v.array(Name), []),
  holderIdentity: part(v.string()),
  renewTime: part(Timestamp),
});

const SyncedTrigger = v.object({
  bus: v.picklist(['default', 'service']),
  hash: v.string(),
  active: v.boolean(),
});

const MissedRecord = v.object({
  oldest: Timestamp,
  newest: Timestamp,
  reason: v.picklist(['TooLate', 'NameTaken', 'Superseded']),
  reported: v.optional(v.boolean(), false),
});

const Condition = v.object({
  type: v.picklist(['Ready', 'OnTime', 'Triggered', 'Complete', 'Healthy']),
  status: v.picklist(['True', 'False']),
  reason: v.string(),
  message: v.string(),
  lastTransitionTime: Timestamp,
  observedGeneration: part(v.number()),
});

const Status = v.fallback(
  v.object({
    schedule: part(ActiveSchedule),
    lease: part(Lease),
    trigger: part(SyncedTrigger),
    missed: part(MissedRecord),
    lastScheduleTime: part(Timestamp),
    lastSuccessfulTime: part(Timestamp),
    lastFailureTime: part(Timestamp),
    consecutiveFailures: part(v.pipe(v.number(), v.integer(), v.minValue(0))),
    health: part(HealthRecord),
    nextScheduleTime: part(Timestamp),
    conditions: v.fallback(v.array(v.fallback(v.nullable(Condition), null)), []),
  }),
  { conditions: [] },
);

const JobObject = v.object({
  metadata: Metadata,
  spec: v.optional(v.unknown()),
  status: v.optional(v.unknown(), {}),
});

/** Job of an object of the cluster. Unrecognised status fields are ignored; an unrecognised spec makes it invalid. */
export function toJob(object: unknown): Job | InvalidJob {
  const { metadata, spec, status } = v.parse(JobObject, object);
  const stored = {
    space: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    version: metadata.resourceVersion,
    generation: metadata.generation,
    createdAt: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    isTemporary: metadata.annotations[ANNOTATION.temporary] === 'true',
    applied: metadata.annotations[ANNOTATION.applied],
    status: toStatus(status),
  };
  const parsed = parse(JobSpec, spec, '');
  if (parsed.ok) return { ...stored, spec: parsed.value };
  const problems = parsed.errors.map(({ field, message }) => ({
    field: field === '' ? 'spec' : `spec.${field}`,
    message,
  }));
  return { ...stored, written: v.parse(WrittenSpec, spec), problems };
}

function toStatus(status: unknown): JobStatus {
  const { conditions, ...parts } = v.parse(Status, status);
  return { ...parts, conditions: conditions.filter((condition) => condition !== null) };
}

/** Merge patch of a change of the spec; a whole spec is one too. */
export const toSpecPatch = ({ resources, timeout, expectWithin, ...fields }: SpecChange) => ({
  ...fields,
  ...(timeout === undefined ? {} : { timeout: timeout && formatDuration(timeout) }),
  ...(expectWithin === undefined ? {} : { expectWithin: expectWithin && formatDuration(expectWithin) }),
  ...(resources === undefined
    ? {}
    : {
        resources: resources && {
          cpu: resources.cpu && formatCpu(resources.cpu),
          memory: resources.memory && formatSize(resources.memory),
          disk: resources.disk && formatSize(resources.disk),
        },
      }),
});

/** Cron and time of a schedule in a merge patch: the one that it lacks is removed. */
export const bothOf = ({ cron, at }: JobSchedule) => ({ cron: cron ?? null, at: at ?? null });

/** Merge patch of a change of the status: times in RFC 3339, the conditions as a whole. */
export function toStatusPatch({
  schedule,
  lease,
  trigger,
  missed,
  health,
  conditions,
  ...rest
}: StatusChange) {
  return {
    ...(trigger === undefined ? {} : { trigger }),
    ...(missed === undefined ? {} : { missed: missed && serializeMissed(missed) }),
    ...(schedule === undefined
      ? {}
      : {
          schedule: schedule && {
            ...schedule,
            ...bothOf(schedule),
            since: toRfc3339(schedule.since),
            expressionsHash: schedule.expressionsHash ?? null,
          },
        }),
    ...(lease === undefined
      ? {}
      : {
          lease: lease && {
            ...lease,
            occurrence: toRfc3339(lease.occurrence),
            holderIdentity: lease.holderIdentity ?? null,
            renewTime: lease.renewTime === undefined ? null : toRfc3339(lease.renewTime),
          },
        }),
    ...(conditions === undefined ? {} : { conditions: conditions?.map(serializeCondition) ?? null }),
    ...(health === undefined ? {} : { health: health && serializeHealth(health) }),
    consecutiveFailures: rest.consecutiveFailures,
    lastScheduleTime: serializeTime(rest.lastScheduleTime),
    lastSuccessfulTime: serializeTime(rest.lastSuccessfulTime),
    lastFailureTime: serializeTime(rest.lastFailureTime),
    nextScheduleTime: serializeTime(rest.nextScheduleTime),
  };
}

const serializeMissed = ({ oldest, newest, reason, reported = false }: Missed) => ({
  oldest: toRfc3339(oldest),
  newest: toRfc3339(newest),
  reason,
  reported,
});

const serializeTime = (timestamp: Date | null | undefined) => timestamp && toRfc3339(timestamp);

const serializeCondition = ({ lastTransitionTime, ...condition }: JobCondition) => ({
  ...condition,
  lastTransitionTime: toRfc3339(lastTransitionTime),
});
