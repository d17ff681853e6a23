import { eventSourceOf } from '../events/outbound-events.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { eventSecretName } from '../platform/names.ts';
import type { Stage } from '../schedules/rule-names.ts';
import { fromField } from './environment.ts';

/** What of an event a task is told in variables, and what of it names the task. */
export type TaskEvent = {
  /** Stays the same however often the event is sent or delivered. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** As the event has it, RFC 3339. */
  readonly time: string;
  /** Tasks before the one that it starts, each of which started the next by an event of ours. */
  readonly depth: number;
};

/** Key of the Secret that holds the event, and the file's name in the task. */
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

/** How deep in a chain of events a run is; 0 for one that no event of ours started. */
export const depthOf = (annotations: Readonly<Record<string, string>>): number =>
  Number.parseInt(annotations[ANNOTATION.eventDepth] ?? '0', 10) || 0;

const taken = (name: string, annotation: string) => ({
  name,
  valueFrom: fromField(`metadata.annotations['${annotation}']`),
});

/** The texts come from annotations, as the command does: neither Tekton nor Kubernetes looks into them. */
export const EVENT_VARIABLES = [
  { name: 'TASKBRIDGE_EVENT_FILE', value: `${EVENT_DIRECTORY}/${EVENT_KEY}` },
  taken('TASKBRIDGE_EVENT_ID', ANNOTATION.eventId),
  taken('TASKBRIDGE_EVENT_SOURCE', ANNOTATION.eventSource),
  taken('TASKBRIDGE_EVENT_DETAIL_TYPE', ANNOTATION.eventDetailType),
  taken('TASKBRIDGE_EVENT_TIME', ANNOTATION.eventTime),
] as const;

/** The file with the whole event. A pod waits for its Secret, which is made right after the run. */
export const eventMount = (run: string) => ({
  volume: { name: VOLUME, secret: { secretName: eventSecretName(run) } },
  mount: { name: VOLUME, mountPath: EVENT_DIRECTORY, readOnly: true },
});

/** What of an event is asked for. */
export type EventFacts = {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: string;
  readonly detail: unknown;
};

/** What an event of the stage's own tells in its detail, if it is one. */
type OwnDetail = { readonly eventId: string; readonly space: string; readonly depth: number };

/** An event for the task that it is to start; `ofSpace`: whose task or job it tells of, where it is one of our own. */
export function toTaskEvent(
  stage: Stage,
  { detail, ...event }: EventFacts,
): { readonly event: TaskEvent; readonly ofSpace?: string | undefined } {
  const own = event.source === eventSourceOf(stage) ? ownDetailOf(detail) : undefined;
  // What is told twice has two ids of EventBridge, and one of ours.
  return own === undefined
    ? { event: { ...event, depth: 0 } }
    : { event: { ...event, id: own.eventId, depth: own.depth + 1 }, ofSpace: own.space };
}

function ownDetailOf(detail: unknown): OwnDetail | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { eventId, space, depth }: Partial<Record<string, unknown>> = { ...detail };
  if (typeof eventId !== 'string' || typeof space !== 'string') return undefined;
  return { eventId, space, depth: typeof depth === 'number' && depth >= 0 ? depth : 0 };
}
