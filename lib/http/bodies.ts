import * as v from 'valibot';
import { ConcurrencyPolicy, JOB_FIELDS, SCHEDULE_FIELDS, StartingDeadlineSeconds } from '../domain/job.ts';
import { Name } from '../domain/names.ts';
import { RUN_FIELDS } from '../domain/run-request.ts';
import { fields, wholeNumber } from '../domain/schema.ts';
import { Sha256 } from '../domain/source.ts';

/** What run-task and run-job may give a task. */
export const RunBody = fields(RUN_FIELDS);

export const CreateJobBody = fields({ name: Name, ...JOB_FIELDS });

/** Fields beside the schedule that are absent stay as they are. */
export const ScheduleJobBody = fields({
  ...SCHEDULE_FIELDS,
  concurrencyPolicy: v.optional(ConcurrencyPolicy),
  startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
});

/** S3 takes no more in one request; a stage may allow less. */
const MOST_BYTES = 5 * 1024 ** 3;

/** A source that is to be uploaded: a tar.gz, its SHA-256 and its bytes. */
export const UploadBody = fields({ sha256: Sha256, size: wholeNumber(1, MOST_BYTES) });
