import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { conflict } from '../platform/errors.ts';
import type { Metrics } from '../platform/observability.ts';
import { type EventFields, type TaskEvent, toTaskEvent } from '../tasks/event.ts';
import { MAX_CHAIN_DEPTH } from './outbound-events.ts';
import { type StartOnEventPorts, startOnEvent } from './start-on-event.ts';
import type { EventStage } from './trigger-rules.ts';

/** Ports of handling an event of a trigger. */
type FireEventPorts = StartOnEventPorts & {
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly stage: EventStage;
};

export type FireEvent = {
  readonly space: string;
  readonly job: string;
  readonly event: {
    readonly facts: EventFields;
    /** The whole event, as the task is to find it. */
    readonly json: string;
  };
};

/** What became of an event. Of those that start no task nothing is left to do. */
export type EventResult = {
  readonly outcome:
    | 'started'
    /** Its task is there already: an event that was delivered twice. */
    | 'alreadyStarted'
    | 'jobGone'
    /** The trigger was taken away since the rule matched. */
    | 'notTriggered'
    | 'suspended'
    /** An event of ours about a task of another space. */
    | 'otherSpace'
    /** The chain of events of ours is too long: jobs may trigger each other in a ring. */
    | 'tooDeep';
  readonly task?: string | undefined;
};

/**
 * Starts the task of an event. However often it is delivered there is one: its name is a hash of the event's id. What
 * could be mended (an app that is gone, a quota that is used up) is thrown: it is tried again, and then lies in the
 * dead-letter queue, from where it can be sent again.
 */
export async function fireEvent(
  ports: FireEventPorts,
  { space, job: name, event: { facts, json } }: FireEvent,
): Promise<EventResult> {
  const job = await ports.jobs.find(space, name);
  if (job === undefined || job.deleting) return { outcome: 'jobGone' };
  if (!('spec' in job))
    throw conflict(`Job "${name}" can't run as it stands in the cluster: mend it.`, job.problems);
  const { event, ofSpace } = toTaskEvent(ports.stage, facts);
  const idle = whyNotTriggered(job, event, ofSpace);
  if (idle !== undefined) {
    if (idle === 'tooDeep') ports.log('warn', 'chain ended', { space, job: name, depth: event.depth });
    return { outcome: idle };
  }
  const { outcome, task } = await startOnEvent(ports, job, event, json);
  ports.metrics.add(outcome === 'started' ? 'TasksStarted' : 'TasksRepeated', 1);
  return { outcome, task };
}

function whyNotTriggered(
  { spec, space }: Job,
  { depth }: TaskEvent,
  ofSpace: string | undefined,
): 'notTriggered' | 'suspended' | 'otherSpace' | 'tooDeep' | undefined {
  if (spec.trigger === undefined) return 'notTriggered';
  if (spec.suspend) return 'suspended';
  if (ofSpace !== undefined && ofSpace !== space) return 'otherSpace';
  return depth > MAX_CHAIN_DEPTH ? 'tooDeep' : undefined;
}
