import { RunTaskDetail } from '../../lib/lambda/payloads.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { JsonSchema } from './shared.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

/** An event as EventBridge delivers it. It allows unknown fields: new ones may be added. */
const eventOf = (description: string, detailType: JsonSchema, detail: JsonSchema): JsonSchema => ({
  type: 'object',
  description,
  properties: {
    version: text,
    id: { ...text, description: "EventBridge's id; a repeated event has another one." },
    'detail-type': { ...text, ...detailType },
    source: text,
    account: text,
    time,
    region: text,
    resources: { type: 'array', items: text },
    detail,
  },
  required: ['id', 'detail-type', 'source', 'time', 'detail'],
});

const eventId = {
  ...text,
  pattern: '^[0-9a-f]{32}$',
  description: 'The same in each delivery of the event.',
};
const depth = {
  type: 'integer',
  minimum: 0,
  description: 'Preceding tasks that each started the next one with an event; no task is started beyond 8.',
} as const;
const space = text;

/** Events on the service's own bus, by their names among the components. */
export const EVENTS: Readonly<Record<string, JsonSchema>> = {
  TaskEndedEvent: eventOf(
    'A task ended. Published by the reconcile within a minute, at least once.',
    { enum: ['Task Succeeded', 'Task Failed', 'Task Cancelled', 'Task Timed Out'] },
    {
      type: 'object',
      properties: {
        ...{ eventId, space, depth },
        app: text,
        job: { ...text, description: 'Absent for a task without a job.' },
        name: { ...text, description: 'Name in requests for the task and its log.' },
        id: { ...text, description: 'End of the name.' },
        displayName: text,
        state: { ...text, enum: ['succeeded', 'failed', 'cancelled', 'timedOut'] },
        reason: {
          ...text,
          description: 'One word: OOMKilled, ImagePullFailed, Error, Timeout, Replaced.',
        },
        message: { ...text, maxLength: 1000, description: 'Why it has its state, in words.' },
        exitCode: {
          type: 'integer',
          description: 'Absent unless the command exited by itself. 255: also a command that a signal ended.',
        },
        createdAt: time,
        startedAt: time,
        finishedAt: time,
        requestedBy: { ...text, description: 'Caller, rule or event that requested it.' },
        scheduledTime: { ...time, description: 'Occurrence of the schedule.' },
        traceparent: { ...text, description: 'Trace context of W3C that the task got.' },
        tracestate: text,
        backfill: { type: 'boolean', description: 'True for a task that a backfill started.' },
        unverified: {
          type: 'boolean',
          description: 'True for a PipelineRun that Taskbridge did not create.',
        },
      },
      required: ['eventId', 'space', 'depth', 'app', 'name', 'id', 'state', 'createdAt'],
    },
  ),
  RunMissedEvent: eventOf(
    'Occurrences of a job were not started and will not be.',
    { const: 'Run Missed' },
    {
      type: 'object',
      properties: {
        ...{ eventId, space, depth },
        app: text,
        job: text,
        reason: {
          ...text,
          enum: ['TooLate', 'NameTaken', 'Superseded'],
          description:
            'TooLate: past the starting deadline. NameTaken: another run had the name. Superseded: a newer one ran.',
        },
        scheduledTime: { ...time, description: 'The newest missed occurrence.' },
        firstScheduledTime: { ...time, description: 'The oldest missed occurrence, if there are several.' },
      },
      required: ['eventId', 'space', 'depth', 'job', 'reason', 'scheduledTime'],
    },
  ),
  JobHealthEvent: eventOf(
    'A job started to fail, recovered, or had no success in time. Published by the reconcile within a minute, at least once.',
    { enum: ['Job Failing', 'Job Recovered', 'Job Silent'] },
    {
      type: 'object',
      properties: {
        ...{ eventId, space, depth },
        app: text,
        job: text,
        task: { ...text, description: 'The task that failed or succeeded; absent for Job Silent.' },
        reason: { ...text, description: 'Reason of the failure, one word; only of Job Failing.' },
        since: {
          ...time,
          description: 'Time of the first failure, or of the silence; only of Job Recovered.',
        },
        failures: {
          type: 'integer',
          description: 'Failures in a row; only of Job Recovered after failures.',
        },
      },
      required: ['eventId', 'space', 'depth', 'job'],
    },
  ),
  RunTaskEvent: eventOf(
    'Requests a task, with the fields of the HTTP API.',
    { const: 'Run Task' },
    jsonSchemaOf(RunTaskDetail),
  ),
};

const REF = /"#\/components\/schemas\/(\w+)"/g;

/** Event schemas as separate documents, with the referenced components in `$defs`. */
export function eventDocuments(
  components: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(EVENTS).map(([name, schema]) => {
      const names = refsOf(schema, components);
      const whole = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: name,
        ...schema,
        ...(names.size === 0
          ? {}
          : { $defs: Object.fromEntries([...names].map((one) => [one, components[one]])) }),
      };
      return [name, JSON.parse(JSON.stringify(whole).replace(REF, '"#/$$defs/$1"'))];
    }),
  );
}

/** Names of the components that a schema references, directly or indirectly. */
function refsOf(
  schema: JsonSchema | undefined,
  components: Readonly<Record<string, JsonSchema>>,
  known: Set<string> = new Set(),
): ReadonlySet<string> {
  for (const [, name = ''] of JSON.stringify(schema ?? {}).matchAll(REF)) {
    if (known.has(name)) continue;
    known.add(name);
    refsOf(components[name], components, known);
  }
  return known;
}
