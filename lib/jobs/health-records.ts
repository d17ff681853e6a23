import * as v from 'valibot';
import { Timestamp, toRfc3339 } from '../platform/quantities.ts';
import type { Health, JobEvent } from './health-status.ts';
import { part } from './written-spec.ts';

const Time = v.pipe(
  Timestamp,
  v.transform((text) => new Date(text)),
);

const EventRecord = v.object({
  type: v.picklist(['Failing', 'Recovered', 'Silent']),
  time: Time,
  task: part(v.string()),
  reason: part(v.string()),
  since: part(Time),
  failures: part(v.number()),
  depth: v.fallback(v.number(), 0),
});

/** Health in the status of a Job in the cluster. An event that can't be read is dropped. */
export const HealthRecord = v.object({
  lastRun: part(v.object({ name: v.string(), finishedAt: Time, reason: part(v.string()) })),
  failingSince: part(Time),
  expectedSince: part(Time),
  silentSince: part(Time),
  unreported: v.pipe(
    v.fallback(v.array(v.fallback(v.nullable(EventRecord), null)), []),
    v.transform((events) => events.filter((event) => event !== null)),
  ),
});

/** Health as a whole in a merge patch of the status. */
export const serializeHealth = ({ lastRun, unreported, ...health }: Health) => ({
  lastRun: lastRun && {
    name: lastRun.name,
    finishedAt: toRfc3339(lastRun.finishedAt),
    reason: lastRun.reason ?? null,
  },
  failingSince: timeOrNull(health.failingSince),
  expectedSince: timeOrNull(health.expectedSince),
  silentSince: timeOrNull(health.silentSince),
  unreported: unreported.length === 0 ? null : unreported.map(serializeEvent),
});

const timeOrNull = (time: Date | undefined) => (time === undefined ? null : toRfc3339(time));

const serializeEvent = ({ time, since, ...event }: JobEvent) => ({
  ...event,
  time: toRfc3339(time),
  ...(since === undefined ? {} : { since: toRfc3339(since) }),
});
