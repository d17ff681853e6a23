import { AppSpec } from '../../lib/apps/app.ts';
import { JobSpec } from '../../lib/jobs/job.ts';
import { bareSchemaOf, refTo } from './json-schema.ts';
import type { JsonSchema } from './shared.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const flag = { type: 'boolean' } as const;
const name = refTo('Name');

type Fields = Readonly<Record<string, JsonSchema>>;

/** An object of these fields and no others; those that `optional` has may be absent. */
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
    { cursor: { ...text, description: 'Asks for the next part; absent at the end.' } },
  );

/** What an answer shows of a specification: the same fields, each of which the cluster's object may lack. */
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
  name: { ...text, description: 'As it stands in the cluster.' },
  createdAt: time,
};

const problems = {
  ...listOf(refTo('FieldError')),
  description:
    'What is wrong with it: somebody wrote it past this API, and nothing can run on it as it stands.',
};

const STATES = ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'];
const state = { ...text, enum: STATES };

const jobStatus = {
  lastScheduleTime: { ...time, description: 'The newest occurrence that was started.' },
  lastSuccessfulTime: { ...time, description: 'When a task of it last ended well.' },
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

/** The answers' schemas by their names among the components. */
export const ANSWERS: Fields = {
  Spaces: objectOf({ items: listOf(objectOf({ name: text })) }),
  App: {
    anyOf: [
      objectOf(stored, { ...appFields, build: appBuild, builtImage }),
      objectOf({ ...stored, problems }),
    ],
    description: 'An app; sizes, processors and times are spelled as Kubernetes does.',
  },
  Apps: pageOf(refTo('App')),
  Builds: objectOf({ items: listOf(build) }),
  Task: objectOf(
    {
      name: text,
      id: { ...text, description: 'The end of its name.' },
      app: text,
      command: text,
      state,
      createdAt: time,
    },
    {
      job: text,
      displayName: text,
      reason: { ...text, description: 'Why it is in this state, in one word, such as OOMKilled.' },
      message: text,
      exitCode: { type: 'integer', description: 'Of a command that ended by itself.' },
      startedAt: time,
      finishedAt: time,
      requestedBy: { ...text, description: 'Who asked, as the authorizer knows.' },
      scheduledTime: { ...time, description: 'The occurrence of its schedule that it is for.' },
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
        description: 'The log goes on: ask again at once. Else, of a task that ended: the end.',
      },
    },
    {
      cursor: {
        ...text,
        description: 'Reads on without a line lost or doubled. Absent while there is none.',
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
            description: 'All are to be sent as they are.',
          },
          expiresAt: time,
        },
        {},
        { description: 'Absent where the source is there already.' },
      ),
    },
  ),
  Schedule: objectOf(
    {
      cron: text,
      timeZone: text,
      description: { ...text, description: 'In words.' },
      nextRuns: listOf(time),
    },
    {
      driver: { ...text, enum: ['rules', 'polling'] },
      since: { ...time, description: 'When it came into force.' },
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
    { scheduledTime: { ...time, description: 'The occurrence of its schedule that it is for.' } },
  ),
  Job: jobOf({}),
  ScheduledJob: jobOf({
    replaced: objectOf(
      { cron: text, timeZone: text },
      {},
      { description: 'The schedule that it had before.' },
    ),
  }),
  ListedJob: jobOf({
    outcomes: {
      ...listOf(refTo('Outcome')),
      description: 'Its newest tasks, the newest first; where the request asks for them.',
    },
  }),
  Jobs: pageOf(refTo('ListedJob')),
  JobNames: objectOf({ jobs: { ...listOf(text), description: 'Those that were changed.' } }),
  FieldError: objectOf({ field: text, message: text }),
  Problem: objectOf(
    {
      type: { ...text, format: 'uri', description: 'urn:taskbridge:problem:KIND' },
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'What is wrong, and what to do, for the person who asked.' },
    },
    { errors: { ...listOf(refTo('FieldError')), description: 'A message for each field that is wrong.' } },
    { description: 'A problem of RFC 9457.' },
  ),
  GatewayMessage: {
    type: 'object',
    properties: { message: { type: ['string', 'null'] } },
    required: ['message'],
    description: 'What the gateway answers by itself, before any function is asked.',
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
