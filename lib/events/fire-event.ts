import type { Job } from '../jobs/job.ts';
import { conflict } from '../platform/errors.ts';
import type { Metrics } from '../platform/observability.ts';
import { type EventFields, type TaskEvent, toTaskEvent } from '../tasks/event.ts';
import { MAX_CHAIN_DEPTH } from './outbound-events.ts';
import { type StartOnEventPorts, startOnEvent } from './start-on-event.ts';
import type { EventStage } from './trigger-rules.ts';

/** Ports of handling an event of a trigger. */
export type FireEventPorts = StartOnEventPorts & {
  readonly metrics: Metrics;
  readonly stage: EventStage;
};

export type FireEvent = {
  readonly space: string;
  readonly job: string;
  readonly event: {
    readonly facts: EventFields;
    /** The whole event, which the task gets as a file. */
    readonly json: string;
  };
};

/** Result of handling an event. Outcomes without a task are final. */
export type EventResult = {
  readonly outcome:
    | 'started'
    /** The task exists: the event was delivered twice. */
    | 'alreadyStarted'
    | 'jobGone'
    /** The trigger was deleted after the rule matched. */
    | 'notTriggered'
    | 'suspended'
    /** A Taskbridge event about another space. */
    | 'otherSpace'
    /** An event of the stage's source without the fields that Taskbridge's own have. */
    | 'notOurs'
    /** The chain of Taskbridge events is longer than MAX_CHAIN_DEPTH: jobs trigger each other in a loop. */
    | 'tooDeep';
  readonly task?: string | undefined;
};

/**
 * Starts the task of an event. Duplicate deliveries start one task, whose name is a hash of the event's id. Throws for what
 * can be fixed (no such app, quota exceeded): the event is retried, then goes to the dead-letter queue for a redrive.
 */
export async function fireEvent(
  ports: FireEventPorts,
  { space, job: name, event: { facts, json } }: FireEvent,
): Promise<EventResult> {
  const job = await ports.jobs.find(space, name);
  if (job === undefined || job.deleting) return { outcome: 'jobGone' };
  if (!('spec' in job))
    throw conflict(`Job "${name}" can't run as it stands in the cluster: fix it.`, job.problems);
  const own = toTaskEvent(ports.stage, facts);
  if (own === undefined) {
    ports.log('warn', 'event not ours', { space, job: name, event: facts.id, source: facts.source });
    return { outcome: 'notOurs' };
  }
  const { event, ofSpace } = own;
  const idle = whyNotTriggered(job, event, ofSpace);
  if (idle !== undefined) {
    if (idle === 'tooDeep') ports.log('warn', 'chain ended', { space, job: name, depth: event.depth });
    return { outcome: idle };
  }
  const trace = event.trace ?? ports.trace;
  const { outcome, task } = await startOnEvent({ ...ports, trace }, job, event, json);
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
