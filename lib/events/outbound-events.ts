import type { JobEvent } from '../jobs/health-status.ts';
import type { Missed } from '../jobs/job.ts';
import { hashOf } from '../platform/names.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import type { Stage } from '../schedules/rule-names.ts';
import type { Task } from '../tasks/task.ts';

/** `source` of the events that a stage publishes on its own bus: `taskbridge.prod`. */
export const eventSourceOf = ({ service, stage }: Stage): string => `${service}.${stage}`;

/**
 * Maximum depth of a chain of tasks that start each other by events. An event of a deeper task starts none, which ends a
 * loop of jobs.
 */
export const MAX_CHAIN_DEPTH = 8;

/** Detail types of finished tasks by their state. */
const DETAIL_TYPE = {
  succeeded: 'Task Succeeded',
  failed: 'Task Failed',
  cancelled: 'Task Cancelled',
  timedOut: 'Task Timed Out',
} as const;

/** An event to publish. `detail` becomes JSON, without fields that are `undefined`. */
export type OutboundEvent = {
  readonly detailType: string;
  /** Time at which the task finished or the occurrence was due. */
  readonly time: Date;
  readonly detail: {
    /** Stays the same when the event is published again; PutEvents assigns another id each time. */
    readonly eventId: string;
    readonly space: string;
    readonly depth: number;
  } & Readonly<Record<string, unknown>>;
};

/** Maximum length of a task's message, in characters; the end is cut. */
const MAX_MESSAGE_LENGTH = 1_000;

/** The event of a finished task, without its command and variables; `undefined` for one that is pending or running. */
export function taskEnded(
  { state, command: _, overrides: _overrides, message, ...task }: Task,
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

/** Job that an event is about. */
type OfJob = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  readonly app?: string | undefined;
};

/** The event of a job that is failing, recovered or silent. */
export const jobEvent = (
  job: OfJob,
  { type, time, task, depth, since, ...rest }: JobEvent,
): OutboundEvent => ({
  detailType: `Job ${type}`,
  time,
  detail: {
    eventId: hashOf(['job', type, job.uid, time.toISOString(), task ?? ''], 32),
    ...{ space: job.space, depth, app: job.app, job: job.name, task, ...rest },
    since: since && toRfc3339(since),
  },
});

/** The event of missed occurrences. `scheduledTime` is the newest of them. */
export const runMissed = (job: OfJob, { oldest, newest, reason }: Missed): OutboundEvent => ({
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
