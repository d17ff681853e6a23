import * as v from 'valibot';
import { Command, Resources } from '../domain/app.ts';
import { ConcurrencyPolicy, JOB_FIELDS, SCHEDULE_FIELDS, StartingDeadlineSeconds } from '../domain/job.ts';
import { Name } from '../domain/names.ts';
import { argument, fields } from '../domain/schema.ts';

/** What run-task and run-job may give a task; what is absent comes from the job and the app. */
export const RunBody = fields({
  command: v.optional(Command),
  name: v.optional(argument(256)),
  resources: v.optional(Resources),
});

export const CreateJobBody = fields({ name: Name, ...JOB_FIELDS });

/** Fields beside the schedule that are absent stay as they are. */
export const ScheduleJobBody = fields({
  ...SCHEDULE_FIELDS,
  concurrencyPolicy: v.optional(ConcurrencyPolicy),
  startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
});
