import { type Operation, STARTED } from './operation.ts';

/** Operations on jobs by route. */
export const OPERATIONS_OF_JOBS: Readonly<Record<string, Operation>> = {
  'POST /v1/spaces/{space}/jobs': {
    id: 'create-job',
    tag: 'Jobs',
    summary: 'Create a job of an app: a task that runs repeatedly',
    more: 'With a schedule, a trigger, both or none: a job without them runs on request. The app must exist.',
    sample: 'create-job',
    answers: { 201: ['The job was created.', 'Job'] },
    location: true,
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/apps/{app}/jobs': {
    id: 'apply',
    tag: 'Jobs',
    summary: 'Make the jobs of an app those of a file',
    more:
      'Creates the jobs that are missing and replaces those that differ; a job that does not differ is not written. All of it is ' +
      'checked before the first write. `prune` deletes the jobs of the app that such a request made, and that are not in this one; ' +
      'those that were made otherwise are `kept`. Without `suspend` a job stays suspended or not, as it is. With `dryRun` nothing ' +
      'is written. Schedules and triggers are activated by the next reconciles. One such request of an app at a time: another one ' +
      'gets 409. Repeating it does what is `remaining`.',
    sample: 'push-app-jobs',
    answers: { 200: ['The jobs of the app, those of the request first.', 'AppliedJobs'] },
    problems: ['conflict'],
  },
  'GET /v1/spaces/{space}/jobs': {
    id: 'jobs',
    tag: 'Jobs',
    summary: 'List the jobs of a space by name',
    more:
      '`scheduled=true` selects jobs with a schedule, `triggered=true` jobs with a trigger, `failing=true` jobs that ' +
      'are not Healthy. `outcomes` adds at most so ' +
      'many of the newest tasks of each job. With a filter, a page may have fewer than `limit` items.',
    sample: 'read-jobs',
    answers: { 200: ['A page of the list.', 'Jobs'] },
    problems: ['gone'],
  },
  'GET /v1/spaces/{space}/jobs/{job}': {
    id: 'job',
    tag: 'Jobs',
    summary: 'Show a job',
    more: 'With its schedule in words, its next runs, and its conditions.',
    sample: 'read-job',
    answers: { 200: ['The job.', 'Job'] },
  },
  'GET /v1/spaces/{space}/jobs/{job}/tasks': {
    id: 'job-history',
    tag: 'Jobs',
    summary: 'List the tasks of a job, newest first',
    more: 'Those that are still kept: the retention of the app counts its tasks and those of its jobs together.',
    sample: 'read-job-history',
    answers: { 200: ['A page of the list.', 'Tasks'] },
    problems: ['gone'],
  },
  'POST /v1/spaces/{space}/jobs/{job}/run': {
    id: 'run-job',
    tag: 'Jobs',
    summary: 'Run a job now',
    more: 'Absent fields default to the job and its app.',
    sample: 'run-job',
    answers: STARTED,
    location: true,
    problems: ['conflict'],
    repeatable: true,
  },
  'POST /v1/spaces/{space}/jobs/{job}/backfill': {
    id: 'backfill',
    tag: 'Jobs',
    summary: 'Run a job for occurrences of the past',
    more:
      'At most 500 occurrences from `from` to `to`, a day of the schedule or a time; without `to`, up to now. Each gets the run ' +
      'that the schedule would have given it, under the same name: one whose run is kept does not run again. Those older than ' +
      'the oldest run that is kept may have run before, and need `again`. The runs are queued, and at most `maxRunning` of the ' +
      "job's backfills are active (10; with Forbid 1): once a minute as many start as there is room. With `dryRun` nothing is " +
      'created. Repeating it creates what is `remaining`.',
    sample: 'backfill',
    answers: { 200: ['The occurrences, oldest first, and what became of each.', 'Backfill'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/backfill': {
    id: 'cancel-backfill',
    tag: 'Jobs',
    summary: 'Cancel the backfills of a job',
    more:
      'Tasks that run are terminated. Those that have not started are deleted within a minute, and their occurrences may be ' +
      'backfilled again. Repeat it while some are `remaining`.',
    sample: 'backfill-cancel',
    answers: { 200: ['The tasks are being cancelled.', 'CancelledBackfill'] },
  },
  'PATCH /v1/spaces/{space}/jobs/{job}': {
    id: 'update-job',
    tag: 'Jobs',
    summary: 'Change the task of a job and its policies',
    more:
      'A JSON merge patch (RFC 7396): absent fields stay as they are, `null` removes a field. The history of the job stays, ' +
      'and running tasks are not touched. Schedule, trigger and suspension have requests of their own.',
    sample: 'update-job',
    answers: { 200: ['The job as it is now.', 'Job'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/jobs/{job}/schedule': {
    id: 'schedule-job',
    tag: 'Jobs',
    summary: 'Set the schedule of a job',
    more: 'A job has one schedule: a new one replaces it.',
    sample: 'schedule-job',
    answers: { 200: ['The job is scheduled.', 'ScheduledJob'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': {
    id: 'delete-job-schedule',
    tag: 'Jobs',
    summary: 'Remove the schedule of a job',
    more: 'No occurrence starts any more. A task that runs goes on, and the trigger stays.',
    sample: 'delete-job-schedule',
    answers: { 204: ['The schedule was removed.'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/jobs/{job}/trigger': {
    id: 'create-trigger',
    tag: 'Jobs',
    summary: 'Set the trigger of a job: each matching event becomes a task',
    more: 'A job has one trigger: a new one replaces it. Its condition Triggered says whether events reach it.',
    sample: 'create-trigger',
    answers: { 200: ['The trigger is set.', 'Job'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/trigger': {
    id: 'delete-trigger',
    tag: 'Jobs',
    summary: 'Remove the trigger of a job',
    more: 'No event starts a task any more. A task that runs goes on, and the schedule stays.',
    sample: 'delete-trigger',
    answers: { 204: ['The trigger was removed.'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/jobs/{job}/suspended': {
    id: 'suspend-job',
    tag: 'Jobs',
    summary: 'Suspend a job',
    more: 'Neither schedule nor trigger starts a task until it is resumed; it can still be run on request. A task that runs goes on.',
    sample: 'schedule-job-suspend',
    answers: { 200: ['The job is suspended.', 'Job'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/suspended': {
    id: 'resume-job',
    tag: 'Jobs',
    summary: 'Resume a job',
    more: 'The schedule counts from now: occurrences and events of the time before are not made up for.',
    sample: 'schedule-job-resume',
    answers: { 200: ['The job is resumed.', 'Job'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/suspended': {
    id: 'suspend-job-all',
    tag: 'Jobs',
    summary: 'Suspend all jobs of a space',
    more: 'Answers with the jobs that were changed; those that were suspended before are not among them.',
    sample: 'schedule-job-suspend-all',
    answers: { 200: ['The jobs are suspended.', 'JobNames'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/suspended': {
    id: 'resume-job-all',
    tag: 'Jobs',
    summary: 'Resume all jobs of a space',
    more: 'Answers with the jobs that were changed. Occurrences of the time before are not made up for.',
    sample: 'schedule-job-resume-all',
    answers: { 200: ['The jobs are resumed.', 'JobNames'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}': {
    id: 'delete-job',
    tag: 'Jobs',
    summary: 'Delete a job with its tasks, including running ones',
    more: 'The app and its other tasks stay.',
    sample: 'delete-job',
    answers: { 204: ['The job was deleted.'] },
    problems: ['conflict'],
  },
};
