import { AppSpec } from '../../lib/apps/app.ts';
import { JobSpec } from '../../lib/jobs/job.ts';
import { bareSchemaOf, refTo } from './json-schema.ts';
import type { JsonSchema } from './shared.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const flag = { type: 'boolean' } as const;
const name = refTo('Name');

type Fields = Readonly<Record<string, JsonSchema>>;

/** An object with exactly these fields; `optional` ones may be absent. */
const objectOf = (fields: Fields, optional: Fields = {}, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties: { ...fields, ...optional },
  required: Object.keys(fields),
  additionalProperties: false,
  ...more,
});

const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

const pageOf = (items: JsonSchema): JsonSchema =>
  objectOf(
    { items: listOf(items) },
    { cursor: { ...text, description: 'Cursor of the next page; absent on the last one.' } },
  );

/** Fields of a specification as responses show them; the cluster's object may lack each of them. */
function fieldsOf(specification: JsonSchema): Fields {
  const { properties } = specification;
  if (typeof properties !== 'object' || properties === null)
    throw new Error('The schema is not of an object.');
  return Object.fromEntries(Object.entries(properties));
}

const appFields = fieldsOf(bareSchemaOf(AppSpec));
const { app = {}, schedule: _schedule, ...jobFields } = fieldsOf(bareSchemaOf(JobSpec));

const stored = {
  space: name,
  name: { ...text, description: 'Name in the cluster.' },
  createdAt: time,
};

const problems = {
  ...listOf(refTo('FieldError')),
  description: 'Invalid fields of an object that was not written through this API; no task can run on it.',
};

const warnings = {
  ...listOf(refTo('FieldError')),
  description:
    'Fields that a task may not get as they are written, with what to do; absent where there are none.',
};

const STATES = ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'];
const state = { ...text, enum: STATES };

const jobStatus = {
  lastScheduleTime: { ...time, description: 'Newest started occurrence.' },
  lastSuccessfulTime: { ...time, description: 'Time of the last successful task.' },
  lastFailureTime: { ...time, description: 'Time of the last failed task.' },
  consecutiveFailures: { type: 'integer', minimum: 0, description: 'Failures since the last success.' },
};
const conditions = listOf(refTo('Condition'));
const generation = { type: 'integer', description: 'Raised by each change of the job.' };

const buildFields = {
  name: text,
  sha256: text,
  state: { ...text, enum: ['pending', 'running', 'succeeded', 'failed', 'cancelled'] },
  createdAt: time,
};
const why = { reason: text, message: text, finishedAt: time };
const appBuild = objectOf(buildFields, why);
const builtImage = objectOf({ image: text, processes: listOf(text) }, { build: text });
const build = objectOf(
  { ...buildFields, app: text },
  {
    ...why,
    image: text,
    processes: listOf(text),
    startedAt: time,
    phase: text,
    inUse: flag,
    requestedBy: text,
  },
);

/** A task; `more`: fields that another response has besides. */
const task = (more: Fields = {}): JsonSchema =>
  objectOf(
    {
      name: text,
      id: { ...text, description: 'End of the name.' },
      app: text,
      command: text,
      state,
      createdAt: time,
    },
    {
      ...more,
      job: text,
      displayName: text,
      overrides: objectOf(
        {},
        {
          env: { ...listOf(text), description: 'Names of its variables.' },
          args: { type: 'integer', description: 'Number of arguments after the command.' },
          timeout: text,
        },
        { description: 'What this run was given in place of the job and the app; values are left out.' },
      ),
      reason: { ...text, description: 'Reason of the state in one word, such as OOMKilled.' },
      message: { ...text, description: 'Why it has its state, in words.' },
      exitCode: {
        type: 'integer',
        description: 'Absent unless the command exited by itself. 255: also a command that a signal ended.',
      },
      startedAt: time,
      finishedAt: time,
      requestedBy: { ...text, description: 'Caller as reported by the authorizer.' },
      scheduledTime: { ...time, description: 'Occurrence of the schedule.' },
      traceparent: {
        ...text,
        description: 'Trace context of W3C, which the task has as TRACEPARENT, with TRACESTATE.',
      },
      tracestate: text,
      backfill: { ...flag, description: 'True for a task that a backfill started.' },
      unverified: {
        ...flag,
        description:
          'True for a PipelineRun that Taskbridge did not create: command, displayName, requestedBy and scheduledTime are what somebody wrote there.',
      },
    },
  );

const count = { type: 'integer', minimum: 0 } as const;

const backfill = objectOf({
  from: time,
  to: time,
  maxRunning: { type: 'integer' },
  runs: listOf(
    objectOf({
      scheduledTime: time,
      task: { ...text, description: 'Name of its task.' },
      outcome: {
        ...text,
        enum: ['created', 'kept', 'scheduled', 'needsAgain', 'nameTaken', 'remaining'],
        description:
          'created: queued now; kept: its task exists; scheduled: due, the schedule starts it; needsAgain: older than the oldest task that is kept; nameTaken: another task has its name; remaining: not created for lack of time.',
      },
    }),
  ),
});

const appliedJobs = objectOf({
  jobs: listOf(
    objectOf(
      {
        name: text,
        outcome: {
          ...text,
          enum: ['created', 'changed', 'deleted', 'unchanged', 'kept', 'remaining'],
          description:
            'With dryRun what it would be. kept: not in the request, and stays; remaining: not written for lack of time.',
        },
      },
      {
        fields: { ...listOf(text), description: 'Fields that were changed.' },
        active: {
          ...flag,
          description: 'False until the next reconciles have activated its schedule and trigger.',
        },
      },
    ),
  ),
});

/** Schemas of responses by component name. */
export const ANSWERS: Fields = {
  AppliedJobs: appliedJobs,
  Backfill: backfill,
  CancelledBackfill: objectOf({ cancelled: count, remaining: count }),
  Spaces: objectOf({ items: listOf(objectOf({ name: text })) }),
  App: {
    anyOf: [
      objectOf(stored, { ...appFields, build: appBuild, builtImage, warnings }),
      objectOf({ ...stored, problems }),
    ],
    description: 'An app; sizes, CPU and durations in the notation of Kubernetes.',
  },
  Apps: pageOf(refTo('App')),
  Builds: pageOf(build),
  Task: task(),
  StartedTask: task({ warnings }),
  TerminatedTask: task({
    log: {
      ...text,
      description:
        "End of the task's log when it was terminated, at most 64 KiB and 4,000 lines: the log is deleted with the pod. Absent where it could not be read within 2 seconds.",
    },
  }),
  Tasks: pageOf(refTo('Task')),
  LogPart: objectOf(
    {
      task: text,
      state,
      log: {
        ...text,
        description:
          'Bytes of the log, of which those that are no UTF-8 are U+FFFD. A line that is longer than a part, or has no end yet, goes on in the next one.',
      },
      more: {
        ...flag,
        description:
          'More of the log is available: request it at once. False for a finished task: end of log.',
      },
    },
    {
      gap: objectOf(
        { from: time },
        { to: { ...time, description: 'Absent where no later line is there.' } },
        {
          description:
            'Lines may be missing before this part, written between these times: the node has deleted them (it serves the newest 10 MiB by default). Nothing tells how many.',
        },
      ),
      cursor: {
        ...text,
        description:
          'Continues without a lost or duplicate byte, or with a `gap`. Absent while there is no log.',
      },
    },
  ),
  Source: objectOf(
    { sha256: text, size: { type: 'integer', description: 'In bytes.' } },
    {
      upload: objectOf(
        {
          method: { ...text, enum: ['PUT'] },
          url: text,
          headers: {
            type: 'object',
            additionalProperties: text,
            description: 'Send all of them unchanged.',
          },
          expiresAt: time,
        },
        {},
        { description: 'Absent if the source exists already.' },
      ),
    },
  ),
  Schedule: objectOf(
    {
      timeZone: text,
      nextRuns: listOf(time),
    },
    {
      cron: { ...text, description: 'Absent for a schedule with one run.' },
      at: { ...text, description: 'Date and time of the one run.' },
      description: { ...text, description: 'The schedule in words; absent if it is invalid.' },
      note: { ...text, description: 'Difference to other crons, or which of two times a repeated one is.' },
      driver: { ...text, enum: ['rules', 'polling'], description: 'Absent when its one run is over.' },
      since: { ...time, description: 'Time at which the schedule became active.' },
    },
  ),
  Condition: objectOf(
    {
      type: { ...text, enum: ['Ready', 'OnTime', 'Triggered', 'Complete', 'Healthy'] },
      status: { ...text, enum: ['True', 'False'] },
      reason: text,
      message: text,
      lastTransitionTime: { ...time, description: 'Time of the last change of status.' },
    },
    {
      observedGeneration: {
        type: 'integer',
        description: "Generation that it is true of. Below the job's generation, it is out of date.",
      },
    },
  ),
  Outcome: objectOf(
    { name: text, state, createdAt: time },
    { scheduledTime: { ...time, description: 'Occurrence of the schedule.' } },
  ),
  Job: jobOf({}),
  ScheduledJob: jobOf({
    replaced: objectOf(
      { timeZone: text },
      { cron: text, at: text },
      { description: 'The previous schedule.' },
    ),
  }),
  ListedJob: jobOf({
    outcomes: {
      ...listOf(refTo('Outcome')),
      description: 'The newest tasks, newest first; present with the parameter `outcomes`.',
    },
  }),
  Jobs: pageOf(refTo('ListedJob')),
  JobNames: objectOf({ jobs: { ...listOf(text), description: 'The jobs that were changed.' } }),
  FieldError: objectOf({ field: text, message: text }),
  Problem: objectOf(
    {
      type: { ...text, format: 'uri', description: 'urn:taskbridge:problem:KIND' },
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'Problem and fix for the caller.' },
    },
    { errors: { ...listOf(refTo('FieldError')), description: 'A message for each invalid field.' } },
    { description: 'RFC 9457 problem details.' },
  ),
  GatewayMessage: {
    type: 'object',
    properties: { message: { type: ['string', 'null'] } },
    required: ['message'],
    description: 'Error of the gateway itself, before it invokes a function.',
  },
};

function jobOf(more: Fields): JsonSchema {
  const optional = { ...jobFields, schedule: refTo('Schedule'), ...jobStatus, ...more };
  const common = { ...stored, generation, conditions };
  const trigger = objectOf({ bus: text }, { pattern: { type: 'object' } });
  return {
    anyOf: [
      objectOf({ ...common, app }, optional),
      objectOf({ ...common, problems }, { ...optional, app, trigger }),
    ],
  };
}
