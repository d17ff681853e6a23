import * as v from 'valibot';
import { eventSourceOf, MAX_CHAIN_DEPTH } from '../events/outbound-events.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { eventSecretName, Name } from '../platform/names.ts';
import { argument } from '../platform/schema.ts';
import { type TraceContext, traceContextOf } from '../platform/trace.ts';
import type { Stage } from '../schedules/rule-names.ts';
import { fromAnnotation } from './container.ts';

/** Event that starts a task: passed to it in variables; the id names the task. */
export type TaskEvent = {
  /** Stable over repeated sends and deliveries. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** Time from the event, RFC 3339. */
  readonly time: string;
  /** Length of the chain of tasks before it, each started by the event of the one before. */
  readonly depth: number;
  /** Trace of the task whose event it is. */
  readonly trace?: TraceContext | undefined;
};

/** Key of the event in its Secret, and name of its file in the task. */
export const EVENT_KEY = 'event.json';

const EVENT_DIRECTORY = '/taskbridge/event';
const VOLUME = 'event';

export const eventAnnotations = ({ id, source, detailType, time, depth }: TaskEvent) => ({
  [ANNOTATION.eventId]: id,
  [ANNOTATION.eventSource]: source,
  [ANNOTATION.eventDetailType]: detailType,
  [ANNOTATION.eventTime]: time,
  [ANNOTATION.eventDepth]: String(depth),
});

/** Position of a run in a chain of events; 0 unless an event of the stage's own started it. */
export const depthOf = (annotations: Readonly<Record<string, string>>): number =>
  toDepth(Number.parseInt(annotations[ANNOTATION.eventDepth] ?? '0', 10));

/** A whole number from 0 to one more than the maximum: anybody may write an annotation. */
const toDepth = (depth: number): number => Math.min(Math.max(Math.floor(depth) || 0, 0), MAX_CHAIN_DEPTH + 1);

/** Variables of a task with an event. Values come from annotations, as the command does: nothing expands them. */
export const EVENT_VARIABLES = [
  { name: 'TASKBRIDGE_EVENT_FILE', value: `${EVENT_DIRECTORY}/${EVENT_KEY}` },
  fromAnnotation('TASKBRIDGE_EVENT_ID', ANNOTATION.eventId),
  fromAnnotation('TASKBRIDGE_EVENT_SOURCE', ANNOTATION.eventSource),
  fromAnnotation('TASKBRIDGE_EVENT_DETAIL_TYPE', ANNOTATION.eventDetailType),
  fromAnnotation('TASKBRIDGE_EVENT_TIME', ANNOTATION.eventTime),
] as const;

/** Mount of the file with the whole event. The pod waits for its Secret, which is created right after the run. */
export const eventMount = (run: string) => ({
  volume: { name: VOLUME, secret: { secretName: eventSecretName(run) } },
  mount: { name: VOLUME, mountPath: EVENT_DIRECTORY, readOnly: true },
});

/** Fields of an EventBridge event. */
export type EventFields = {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: string;
  readonly detail: unknown;
};

/** Fields of the detail of the stage's own events, each of which has them. EventBridge limits the rest. */
const OwnDetail = v.object({
  eventId: v.pipe(argument(1_024), v.minLength(1)),
  space: Name,
  depth: v.number(),
  traceparent: v.fallback(v.optional(v.string()), undefined),
  tracestate: v.fallback(v.optional(v.string()), undefined),
});

/**
 * Converts an event for the task that it starts. `ofSpace`: space that one of the stage's own events is about. `undefined`
 * for an event of the stage's source that Taskbridge did not send: it has no space, id or depth to go by.
 */
export function toTaskEvent(
  stage: Stage,
  { detail, ...event }: EventFields,
): { readonly event: TaskEvent; readonly ofSpace?: string | undefined } | undefined {
  if (event.source !== eventSourceOf(stage)) return { event: { ...event, depth: 0 } };
  const own = v.safeParse(OwnDetail, detail);
  if (!own.success) return undefined;
  const { eventId, space, depth, traceparent, tracestate } = own.output;
  const trace = traceContextOf(traceparent, tracestate);
  // An event that was sent twice has two ids of EventBridge, and one of ours.
  return { event: { ...event, id: eventId, depth: toDepth(depth + 1), trace }, ofSpace: space };
}
