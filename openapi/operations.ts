/** What the document says of a route beside its schemas. */
export type Operation = {
  /** Its verb, or where a verb has two routes one that tells them apart. */
  readonly id: string;
  readonly tag: 'Spaces' | 'Apps' | 'Tasks' | 'Jobs';
  readonly summary: string;
  readonly more?: string;
  /** Its sample event in events/, whose parts are its examples. */
  readonly sample: string;
  /** Answers that are no problems: what each means, and the component that it is; none: no body. */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema?: string]>>;
  /** It makes something, and says where it is. */
  readonly location?: true;
  /** Kinds of problems beside those of every operation. */
  readonly problems?: readonly ('conflict' | 'gone')[];
  /** An Idempotency-Key makes a repeat do nothing twice. */
  readonly repeatable?: true;
};

const STARTED = {
  201: ['It is started.', 'Task'],
  200: ['The same Idempotency-Key started it before: the same task.', 'Task'],
} as const;

/** By their routes, in the order of the document. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /v1/spaces': {
    id: 'spaces',
    tag: 'Spaces',
    summary: 'List the spaces that the caller may use, by name',
    more: 'With IAM all that are open: the policy on the path says who may list them.',
    sample: 'read-spaces',
    answers: { 200: ['All of them.', 'Spaces'] },
  },
  'PUT /v1/spaces/{space}/apps/{app}': {
    id: 'push',
    tag: 'Apps',
    summary: 'Make an app, which tasks run on, or replace it',
    more: 'An app is replaced whole: a field that is absent is as if it had never been.',
    sample: 'push-app',
    answers: { 201: ['It is made.', 'App'], 200: ['It is replaced.', 'App'] },
    problems: ['conflict'],
  },
  'GET /v1/spaces/{space}/apps': {
    id: 'apps',
    tag: 'Apps',
    summary: 'List the apps of a space by name',
    sample: 'read-apps',
    answers: { 200: ['A part of the list.', 'Apps'] },
    problems: ['gone'],
  },
  'GET /v1/spaces/{space}/apps/{app}': {
    id: 'app',
    tag: 'Apps',
    summary: 'Show an app',
    sample: 'read-app',
    answers: { 200: ['The app.', 'App'] },
  },
  'DELETE /v1/spaces/{space}/apps/{app}': {
    id: 'delete',
    tag: 'Apps',
    summary: 'Delete an app with its jobs and tasks, running ones too',
    sample: 'delete-app',
    answers: { 204: ['It is deleted.'] },
    problems: ['conflict'],
  },
  'POST /v1/spaces/{space}/apps/{app}/tasks': {
    id: 'run-task',
    tag: 'Tasks',
    summary: 'Run a one-off task on an app',
    more: 'What is absent comes from the app.',
    sample: 'run-task',
    answers: STARTED,
    location: true,
    problems: ['conflict'],
    repeatable: true,
  },
  'GET /v1/spaces/{space}/tasks': {
    id: 'tasks',
    tag: 'Tasks',
    summary: 'List the tasks of a space, the newest first',
    more: 'A filter may leave fewer than `limit` in a part that is not the last.',
    sample: 'read-tasks',
    answers: { 200: ['A part of the list.', 'Tasks'] },
    problems: ['gone'],
  },
  'GET /v1/spaces/{space}/tasks/{task}': {
    id: 'task',
    tag: 'Tasks',
    summary: 'Show a task',
    sample: 'read-task',
    answers: { 200: ['The task.', 'Task'] },
  },
  'GET /v1/spaces/{space}/tasks/{task}/logs': {
    id: 'logs',
    tag: 'Tasks',
    summary: 'Read a part of the log of a task, at most 1 MiB',
    more: 'A cursor goes before `tail`.',
    sample: 'read-logs',
    answers: { 200: ['A part of the log.', 'LogPart'] },
    problems: ['gone'],
  },
  'POST /v1/spaces/{space}/tasks/{task}/terminate': {
    id: 'terminate-task',
    tag: 'Tasks',
    summary: 'Terminate a task',
    sample: 'terminate-task',
    answers: { 202: ['It is being terminated.', 'Task'] },
    problems: ['conflict'],
  },
  'POST /v1/spaces/{space}/apps/{app}/tasks/{id}/terminate': {
    id: 'terminate-task-of-app',
    tag: 'Tasks',
    summary: 'Terminate a task, named by its app and id',
    sample: 'terminate-task-of-app',
    answers: { 202: ['It is being terminated.', 'Task'] },
    problems: ['conflict'],
  },
  'POST /v1/spaces/{space}/jobs': {
    id: 'create-job',
    tag: 'Jobs',
    summary: 'Make a job of an app: a task to run again and again',
    sample: 'create-job',
    answers: { 201: ['It is made.', 'Job'] },
    location: true,
    problems: ['conflict'],
  },
  'GET /v1/spaces/{space}/jobs': {
    id: 'jobs',
    tag: 'Jobs',
    summary: 'List the jobs of a space by name',
    more:
      'With `scheduled=true` only those that have a schedule. With `outcomes` each with its newest tasks, so many at ' +
      'most. A filter may leave fewer than `limit` in a part.',
    sample: 'read-jobs',
    answers: { 200: ['A part of the list.', 'Jobs'] },
    problems: ['gone'],
  },
  'GET /v1/spaces/{space}/jobs/{job}': {
    id: 'job',
    tag: 'Jobs',
    summary: 'Show a job',
    sample: 'read-job',
    answers: { 200: ['The job.', 'Job'] },
  },
  'GET /v1/spaces/{space}/jobs/{job}/tasks': {
    id: 'job-history',
    tag: 'Jobs',
    summary: 'List the tasks of a job, the newest first',
    sample: 'read-job-history',
    answers: { 200: ['A part of the list.', 'Tasks'] },
    problems: ['gone'],
  },
  'POST /v1/spaces/{space}/jobs/{job}/run': {
    id: 'run-job',
    tag: 'Jobs',
    summary: 'Run a job now',
    more: 'What is absent comes from the job and its app.',
    sample: 'run-job',
    answers: STARTED,
    location: true,
    problems: ['conflict'],
    repeatable: true,
  },
  'PUT /v1/spaces/{space}/jobs/{job}/schedule': {
    id: 'schedule-job',
    tag: 'Jobs',
    summary: 'Give a job its schedule',
    more: 'A job has one schedule: another one takes its place.',
    sample: 'schedule-job',
    answers: { 200: ['It is scheduled.', 'ScheduledJob'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': {
    id: 'delete-job-schedule',
    tag: 'Jobs',
    summary: 'Take the schedule of a job away',
    sample: 'delete-job-schedule',
    answers: { 204: ['It has none any more.'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/jobs/{job}/suspended': {
    id: 'suspend-job',
    tag: 'Jobs',
    summary: 'Let the schedule of a job stand still',
    sample: 'schedule-job-suspend',
    answers: { 200: ['It is suspended.', 'Job'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}/suspended': {
    id: 'resume-job',
    tag: 'Jobs',
    summary: 'Let the schedule of a job go on',
    sample: 'schedule-job-resume',
    answers: { 200: ['It is resumed.', 'Job'] },
    problems: ['conflict'],
  },
  'PUT /v1/spaces/{space}/suspended': {
    id: 'suspend-job-all',
    tag: 'Jobs',
    summary: 'Let the schedules of all jobs of a space stand still',
    sample: 'schedule-job-suspend-all',
    answers: { 200: ['They are suspended.', 'JobNames'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/suspended': {
    id: 'resume-job-all',
    tag: 'Jobs',
    summary: 'Let the schedules of all jobs of a space go on',
    sample: 'schedule-job-resume-all',
    answers: { 200: ['They are resumed.', 'JobNames'] },
    problems: ['conflict'],
  },
  'DELETE /v1/spaces/{space}/jobs/{job}': {
    id: 'delete-job',
    tag: 'Jobs',
    summary: 'Delete a job with its tasks, running ones too',
    sample: 'delete-job',
    answers: { 204: ['It is deleted.'] },
    problems: ['conflict'],
  },
};
