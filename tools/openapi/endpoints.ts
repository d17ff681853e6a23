import { endpoints as backfill } from '../../functions/backfill.ts';
import { endpoints as createJob } from '../../functions/create-job.ts';
import { endpoints as createTrigger } from '../../functions/create-trigger.ts';
import { endpoints as deleteApp } from '../../functions/delete-app.ts';
import { endpoints as deleteJob } from '../../functions/delete-job.ts';
import { endpoints as deleteJobSchedule } from '../../functions/delete-job-schedule.ts';
import { endpoints as deleteTrigger } from '../../functions/delete-trigger.ts';
import { endpoints as pushApp } from '../../functions/push-app.ts';
import { endpoints as read } from '../../functions/read.ts';
import { endpoints as runJob } from '../../functions/run-job.ts';
import { endpoints as runTask } from '../../functions/run-task.ts';
import { endpoints as scheduleJob } from '../../functions/schedule-job.ts';
import { endpoints as terminateTask } from '../../functions/terminate-task.ts';
import { endpoints as updateJob } from '../../functions/update-job.ts';
import { endpoints as uploadSource } from '../../functions/upload-source.ts';

/** Every route that a function answers. */
export const ENDPOINTS = {
  ...pushApp,
  ...uploadSource,
  ...deleteApp,
  ...runTask,
  ...terminateTask,
  ...createJob,
  ...runJob,
  ...backfill,
  ...updateJob,
  ...scheduleJob,
  ...deleteJobSchedule,
  ...createTrigger,
  ...deleteTrigger,
  ...deleteJob,
  ...read,
};
