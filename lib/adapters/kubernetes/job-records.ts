import * as v from 'valibot';
import {
  type BrokenJob,
  type Job,
  type JobCondition,
  JobSchedule,
  JobSpec,
  type JobStatus,
} from '../../domain/job.ts';
import { formatMoment } from '../../domain/moments.ts';
import { Name } from '../../domain/names.ts';
import { parse } from '../../domain/schema.ts';
import { spellResources } from '../../domain/spelling.ts';
import type { Missed } from '../../domain/told-events.ts';
import type { Jobs, StatusChange } from '../../ports.ts';
import { Metadata } from './records.ts';

const Moment = v.pipe(
  v.string(),
  v.transform((text) => new Date(text)),
  v.check((moment) => !Number.isNaN(moment.getTime())),
);

/** A part of the status; one that nobody of ours could have written is as if it were not there. */
const part = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

const SyncedSchedule = v.pipe(
  v.object({
    cron: v.string(),
    timeZone: v.string(),
    since: Moment,
    expressionsHash: v.optional(v.string()),
    driver: v.picklist(['rules', 'sweep']),
  }),
  v.check(({ cron, timeZone }) => v.is(JobSchedule, { cron, timeZone })),
);

const Claim = v.object({
  occurrence: Moment,
  replaces: v.optional(v.array(v.string()), []),
  renewTime: part(Moment),
});

const SyncedTrigger = v.object({
  bus: v.picklist(['default', 'service']),
  hash: v.string(),
  inForce: v.boolean(),
});

const MissedRecord = v.object({
  oldest: Moment,
  newest: Moment,
  reason: v.picklist(['TooLate', 'NameTaken', 'Superseded']),
  told: v.optional(v.boolean(), false),
});

const Condition = v.object({
  type: v.picklist(['Ready', 'OnTime', 'Triggered']),
  status: v.picklist(['True', 'False']),
  reason: v.string(),
  message: v.string(),
  lastTransitionTime: Moment,
});

const Status = v.fallback(
  v.object({
    schedule: part(SyncedSchedule),
    claim: part(Claim),
    trigger: part(SyncedTrigger),
    missed: part(MissedRecord),
    lastScheduleTime: part(Moment),
    lastSuccessfulTime: part(Moment),
    nextScheduleTime: part(Moment),
    conditions: v.fallback(v.array(v.fallback(v.nullable(Condition), null)), []),
  }),
  { conditions: [] },
);

const JobObject = v.object({
  metadata: Metadata,
  spec: v.optional(v.unknown()),
  status: v.optional(v.unknown(), {}),
});

/** A Job of the cluster; what others wrote into its status does not break it, what they wrote into its spec may. */
export function toJob(object: unknown): Job | BrokenJob {
  const { metadata, spec, status } = v.parse(JobObject, object);
  const stored = {
    space: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    version: metadata.resourceVersion,
    createdAt: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    status: toStatus(status),
  };
  const parsed = parse(JobSpec, spec, '');
  if (parsed.ok) return { ...stored, spec: parsed.value };
  const problems = parsed.errors.map(({ field, message }) => ({
    field: field === '' ? 'spec' : `spec.${field}`,
    message,
  }));
  return { ...stored, app: appOf(spec), problems };
}

function toStatus(status: unknown): JobStatus {
  const { conditions, ...parts } = v.parse(Status, status);
  return { ...parts, conditions: conditions.filter((condition) => condition !== null) };
}

function appOf(spec: unknown): string | undefined {
  const named = v.safeParse(v.object({ app: Name }), spec);
  return named.success ? named.output.app : undefined;
}

/** A change of a Job's spec as a merge patch; a whole spec is one too. Resources replace those that were there. */
export const toSpecPatch = ({ resources, ...fields }: Parameters<Jobs['change']>[1]) => ({
  ...fields,
  ...(resources === undefined
    ? {}
    : { resources: resources && { ...NO_RESOURCES, ...spellResources(resources) } }),
});

const NO_RESOURCES = { cpu: null, memory: null, disk: null };

/** A change of a Job's status as a merge patch: moments in RFC 3339, the conditions as a whole. */
export function toStatusPatch({ schedule, claim, trigger, missed, conditions, ...moments }: StatusChange) {
  return {
    ...(trigger === undefined ? {} : { trigger }),
    ...(missed === undefined ? {} : { missed: missed && spellMissed(missed) }),
    ...(schedule === undefined
      ? {}
      : {
          schedule: schedule && {
            ...schedule,
            since: formatMoment(schedule.since),
            expressionsHash: schedule.expressionsHash ?? null,
          },
        }),
    ...(claim === undefined
      ? {}
      : {
          claim: claim && {
            ...claim,
            occurrence: formatMoment(claim.occurrence),
            renewTime: claim.renewTime === undefined ? null : formatMoment(claim.renewTime),
          },
        }),
    ...(conditions === undefined ? {} : { conditions: conditions?.map(spellCondition) ?? null }),
    lastScheduleTime: spellMoment(moments.lastScheduleTime),
    lastSuccessfulTime: spellMoment(moments.lastSuccessfulTime),
    nextScheduleTime: spellMoment(moments.nextScheduleTime),
  };
}

const spellMissed = ({ oldest, newest, reason, told = false }: Missed) => ({
  oldest: formatMoment(oldest),
  newest: formatMoment(newest),
  reason,
  told,
});

const spellMoment = (moment: Date | null | undefined) => moment && formatMoment(moment);

const spellCondition = ({ lastTransitionTime, ...condition }: JobCondition) => ({
  ...condition,
  lastTransitionTime: formatMoment(lastTransitionTime),
});
