import * as v from 'valibot';
import { ConcurrencyPolicy, JOB_FIELDS, SCHEDULE_FIELDS, StartingDeadlineSeconds } from '../domain/job.ts';
import { Name } from '../domain/names.ts';
import { RUN_FIELDS } from '../domain/run-request.ts';
import { fields } from '../domain/schema.ts';

/** What run-task and run-job may give a task. */
export const RunBody = fields(RUN_FIELDS);

export const CreateJobBody = fields({ name: Name, ...JOB_FIELDS });

/** Fields beside the schedule that are absent stay as they are. */
export const ScheduleJobBody = fields({
  ...SCHEDULE_FIELDS,
  concurrencyPolicy: v.optional(ConcurrencyPolicy),
  startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
});
