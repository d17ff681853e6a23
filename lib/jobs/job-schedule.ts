import * as v from 'valibot';
import { DomainError, type FieldError, invalid } from '../platform/errors.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { fields, textThat } from '../platform/schema.ts';
import { momentOf, readAt } from '../schedules/at.ts';
import { parseCron } from '../schedules/cron.ts';
import { possibleCrons } from '../schedules/hashed-cron.ts';
import type { ScheduleSpec } from '../schedules/occurrences.ts';
import { parseZone } from '../schedules/zones.ts';

/** Schema of a text that `read` accepts; the `invalid` error that it throws becomes the message of the field. */
const textReadBy = (read: (text: string) => unknown) =>
  v.pipe(
    textThat(() => true, ''),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const result = resultOf(() => read(dataset.value));
      if (!result.ok) addIssue({ message: result.problem.message });
    }),
  );

type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FieldError };

/** Result of `read`, or the `invalid` error that it throws. */
function resultOf<T>(read: () => T): Result<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    const [problem] = error instanceof DomainError ? error.fields : [];
    if (problem === undefined) throw error;
    return { ok: false, problem };
  }
}

/** Cron of a schedule, also with H. */
export const CronText = textReadBy((text) => possibleCrons(text).map(parseCron));
export const ZoneName = textReadBy(parseZone);

/** Date and time of a schedule that is due once; its time zone says whether it exists. */
export const AtText = textReadBy(readAt);

export const NEITHER = 'Missing. Give cron, or at for one run.';
export const BOTH = 'Give cron or at, not both: at is for one run.';

/**
 * Schedule of its fields. Throws `invalid` for one with both a cron and a time, or neither, and for a time that the zone does
 * not have.
 */
export function scheduleOf({
  cron,
  at,
  timeZone,
}: {
  readonly cron?: string | undefined;
  readonly at?: string | undefined;
  readonly timeZone: string;
}): ScheduleSpec {
  if (cron !== undefined && at === undefined) return { cron, timeZone };
  if (at === undefined) throw invalid({ field: 'cron', message: NEITHER });
  if (cron !== undefined) throw invalid({ field: 'at', message: BOTH });
  momentOf(at, timeZone);
  return { at, timeZone };
}

/**
 * Throws `invalid` for a schedule that is due once, at `now` or before, or not after the job's last run: it would never run.
 * `field`: where the request has its time.
 */
export function refusePast({ at, timeZone }: ScheduleSpec, now: Date, field: string, lastRun?: Date): void {
  if (at === undefined) return;
  const moment = momentOf(at, timeZone);
  const shown = `${at} in ${timeZone} (${toRfc3339(moment)})`;
  if (moment <= now)
    throw invalid({ field, message: `${shown} has passed: it is ${wholeSeconds(now)}. Give a later time.` });
  if (lastRun !== undefined && moment <= lastRun)
    throw invalid({
      field,
      message: `The job has run for ${toRfc3339(lastRun)} already: give a later time.`,
    });
}

const wholeSeconds = (time: Date): string => toRfc3339(time).replace(/\.\d+Z$/, 'Z');

/** JSON Schema of a schedule: either a cron or a time. */
export const EITHER = { oneOf: [{ required: ['cron'] }, { required: ['at'] }] };

/**
 * Unix-cron expression, or date and time of the one run, and IANA time zone, as the user wrote them:
 * `{ cron: "0 2 * * *", timeZone: "Europe/Berlin" }`. H in the cron is a value that follows from the job's space and name.
 */
export const JobSchedule = v.pipe(
  fields({ cron: v.optional(CronText), at: v.optional(AtText), timeZone: v.optional(ZoneName, 'UTC') }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): ScheduleSpec => {
    const read = resultOf(() => scheduleOf(value));
    if (read.ok) return read.value;
    const { field, message } = read.problem;
    addIssue({
      message,
      path: [{ type: 'object', origin: 'value', input: value, key: field, value: undefined }],
    });
    return NEVER;
  }),
  v.metadata(EITHER),
);
export type JobSchedule = v.InferOutput<typeof JobSchedule>;
