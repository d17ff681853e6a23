import type { Missed } from '../jobs/missed.ts';
import { hashOf } from '../platform/names.ts';
import type { Stage } from '../schedules/rule-names.ts';
import type { Task } from '../tasks/task.ts';

/** `source` of all events that a stage sends, on its own bus: `taskbridge.prod`. */
export const eventSourceOf = ({ service, stage }: Stage): string => `${service}.${stage}`;

/**
 * A task that an event of ours started is one deeper than the task that the event tells of; an event of this depth
 * starts none. So jobs that trigger each other in a ring come to an end.
 */
export const MAX_CHAIN_DEPTH = 8;

/** Detail types of the ends of tasks. */
const DETAIL_TYPE = {
  succeeded: 'Task Succeeded',
  failed: 'Task Failed',
  cancelled: 'Task Cancelled',
  timedOut: 'Task Timed Out',
} as const;

/** An event as it is sent; `detail` becomes JSON, where what is `undefined` is left out. */
export type OutboundEvent = {
  readonly detailType: string;
  /** When what it tells of happened. */
  readonly time: Date;
  readonly detail: {
    /** The same each time the same thing is told: PutEvents gives a repeated event another id. */
    readonly eventId: string;
    readonly space: string;
    readonly depth: number;
  } & Readonly<Record<string, unknown>>;
};

/** A cluster's messages may be long; what matters stands first. */
const MAX_MESSAGE_LENGTH = 1_000;

/** What is told of a task that has ended. No command and no value of a variable: a bus has many readers. */
export function taskEnded(
  { state, command: _, message, ...task }: Task,
  of: { readonly space: string; readonly uid: string; readonly depth: number },
): OutboundEvent | undefined {
  if (state === 'pending' || state === 'running') return undefined;
  const time = new Date(task.finishedAt ?? task.createdAt);
  return {
    detailType: DETAIL_TYPE[state],
    time,
    detail: {
      eventId: hashOf(['end', of.uid], 32),
      space: of.space,
      depth: of.depth,
      ...task,
      state,
      message: message?.slice(0, MAX_MESSAGE_LENGTH),
    },
  };
}

/** What is told of occurrences that were missed. `scheduledTime` is the newest of them. */
export const runMissed = (
  job: {
    readonly space: string;
    readonly name: string;
    readonly uid: string;
    readonly app?: string | undefined;
  },
  { oldest, newest, reason }: Missed,
): OutboundEvent => ({
  detailType: 'Run Missed',
  time: newest,
  detail: {
    eventId: hashOf(['missed', job.uid, newest.toISOString()], 32),
    space: job.space,
    depth: 0,
    app: job.app,
    job: job.name,
    reason,
    scheduledTime: newest.toISOString(),
    ...(oldest < newest ? { firstScheduledTime: oldest.toISOString() } : {}),
  },
});
