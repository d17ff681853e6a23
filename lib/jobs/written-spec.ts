import * as v from 'valibot';
import { WrittenTrigger } from '../events/trigger.ts';
import { JOB_FIELDS } from './job.ts';

/** Optional field of an object; an invalid value is as if it were absent. */
export const part = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

/**
 * Readable fields of an invalid spec, each by itself: cron and time zone as they were written, of the others those
 * that are valid.
 */
export const WrittenSpec = v.fallback(
  v.object({
    app: part(JOB_FIELDS.app),
    command: part(JOB_FIELDS.command),
    resources: part(JOB_FIELDS.resources),
    env: part(JOB_FIELDS.env),
    timeout: part(JOB_FIELDS.timeout),
    schedule: part(
      v.object({ cron: part(v.string()), at: part(v.string()), timeZone: v.optional(v.string(), 'UTC') }),
    ),
    trigger: part(WrittenTrigger),
    concurrencyPolicy: part(JOB_FIELDS.concurrencyPolicy),
    suspend: part(JOB_FIELDS.suspend),
    startingDeadlineSeconds: part(JOB_FIELDS.startingDeadlineSeconds),
    expectWithin: part(JOB_FIELDS.expectWithin),
  }),
  {},
);
export type WrittenSpec = v.InferOutput<typeof WrittenSpec>;
