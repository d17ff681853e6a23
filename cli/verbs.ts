import type { Verb } from './verb.ts';
import { app } from './verbs/app.ts';
import { apply } from './verbs/apply.ts';
import { apps } from './verbs/apps.ts';
import { backfill } from './verbs/backfill.ts';
import { builds } from './verbs/builds.ts';
import { cancelBackfill } from './verbs/cancel-backfill.ts';
import { completion } from './verbs/completion.ts';
import { createJob } from './verbs/create-job.ts';
import { createTrigger } from './verbs/create-trigger.ts';
import { deleteApp } from './verbs/delete.ts';
import { deleteJob } from './verbs/delete-job.ts';
import { deleteJobSchedule } from './verbs/delete-job-schedule.ts';
import { deleteTrigger } from './verbs/delete-trigger.ts';
import { diff } from './verbs/diff.ts';
import { exportJobs } from './verbs/export.ts';
import { importJobs } from './verbs/import.ts';
import { job } from './verbs/job.ts';
import { jobHistory } from './verbs/job-history.ts';
import { jobSchedules } from './verbs/job-schedules.ts';
import { jobs } from './verbs/jobs.ts';
import { logs } from './verbs/logs.ts';
import { push } from './verbs/push.ts';
import { resumeJob } from './verbs/resume-job.ts';
import { runJob } from './verbs/run-job.ts';
import { runTask } from './verbs/run-task.ts';
import { scheduleJob } from './verbs/schedule-job.ts';
import { spaces } from './verbs/spaces.ts';
import { suspendJob } from './verbs/suspend-job.ts';
import { target } from './verbs/target.ts';
import { task } from './verbs/task.ts';
import { tasks } from './verbs/tasks.ts';
import { terminateTask } from './verbs/terminate-task.ts';
import { triggers } from './verbs/triggers.ts';
import { updateJob } from './verbs/update-job.ts';
import { version } from './verbs/version.ts';

/** All verbs, in the order of the help. */
export const VERBS: readonly Verb[] = [
  spaces,
  push,
  apps,
  app,
  builds,
  deleteApp,
  runTask,
  tasks,
  task,
  terminateTask,
  logs,
  createJob,
  updateJob,
  runJob,
  backfill,
  cancelBackfill,
  scheduleJob,
  jobs,
  job,
  jobSchedules,
  jobHistory,
  createTrigger,
  triggers,
  deleteTrigger,
  suspendJob,
  resumeJob,
  deleteJobSchedule,
  deleteJob,
  apply,
  diff,
  exportJobs,
  importJobs,
  target,
  version,
  completion,
];
