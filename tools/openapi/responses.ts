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

const STATES = ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'];
const state = { ...text, enum: STATES };

const jobStatus = {
  lastScheduleTime: { ...time, description: 'Newest started occurrence.' },
  lastSuccessfulTime: { ...time, description: 'Time of the last successful task.' },
};
const conditions = listOf(refTo('Condition'));

const buildFields = {
  name: text,
  sha256: text,
  state: { ...text, enum: ['pending', 'running', 'succeeded', 'failed', 'cancelled'] },
  createdAt: time,
};
const why = { reason: text, message: text, finishedAt: time };
const appBuild = objectOf(buildFields, why);
const builtImage = objectOf({ image: text, build: text, processes: listOf(text) });
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

/** Schemas of responses by component name. */
export const ANSWERS: Fields = {
  Spaces: objectOf({ items: listOf(objectOf({ name: text })) }),
  App: {
    anyOf: [
      objectOf(stored, { ...appFields, build: appBuild, builtImage }),
      objectOf({ ...stored, problems }),
    ],
    description: 'An app; sizes, CPU and durations in the notation of Kubernetes.',
  },
  Apps: pageOf(refTo('App')),
  Builds: objectOf({ items: listOf(build) }),
  Task: objectOf(
    {
      name: text,
      id: { ...text, description: 'End of the name.' },
      app: text,
      command: text,
      state,
      createdAt: time,
    },
    {
      job: text,
      displayName: text,
      reason: { ...text, description: 'Reason of the state in one word, such as OOMKilled.' },
      message: text,
      exitCode: { type: 'integer', description: 'Absent unless the command exited by itself.' },
      startedAt: time,
      finishedAt: time,
      requestedBy: { ...text, description: 'Caller as reported by the authorizer.' },
      scheduledTime: { ...time, description: 'Occurrence of the schedule.' },
    },
  ),
  Tasks: pageOf(refTo('Task')),
  LogPart: objectOf(
    {
      task: text,
      state,
      log: text,
      more: {
        ...flag,
        description:
          'More of the log is available: request it at once. False for a finished task: end of log.',
      },
    },
    {
      cursor: {
        ...text,
        description: 'Continues without a lost or duplicate line. Absent while there is no log.',
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
      cron: text,
      timeZone: text,
      description: { ...text, description: 'The schedule in words.' },
      nextRuns: listOf(time),
    },
    {
      driver: { ...text, enum: ['rules', 'polling'] },
      since: { ...time, description: 'Time at which the schedule became active.' },
    },
  ),
  Condition: objectOf({
    type: { ...text, enum: ['Ready', 'OnTime', 'Triggered'] },
    status: { ...text, enum: ['True', 'False'] },
    reason: text,
    message: text,
    lastTransitionTime: time,
  }),
  Outcome: objectOf(
    { name: text, state, createdAt: time },
    { scheduledTime: { ...time, description: 'Occurrence of the schedule.' } },
  ),
  Job: jobOf({}),
  ScheduledJob: jobOf({
    replaced: objectOf({ cron: text, timeZone: text }, {}, { description: 'The previous schedule.' }),
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
  return {
    anyOf: [
      objectOf({ ...stored, app, conditions }, optional),
      objectOf({ ...stored, problems, conditions }, { app: text, ...jobStatus, ...more }),
    ],
  };
}
