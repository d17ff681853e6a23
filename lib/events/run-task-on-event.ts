import { DomainError } from '../platform/errors.ts';
import { type RunTask, type RunTaskPorts, runTask } from '../tasks/run.ts';
import { type EventStage, mayRunTasks } from './trigger-rules.ts';

/** Ports of running a task for an event. */
export type RunTaskOnEventPorts = RunTaskPorts & { readonly stage: EventStage };

export type RunTaskOnEvent = {
  readonly id: string;
  readonly source: string;
  readonly detail: Omit<RunTask, 'requestedBy'>;
};

export type RanOnEvent = { readonly outcome: 'started' | 'repeated'; readonly task: string };

/**
 * Runs the task that a `Run Task` event requests. The idempotency key defaults to the event's id, so duplicate deliveries
 * start one task. Throws `forbidden` for a source that may not run tasks in the space; after the retries the event goes to
 * the dead-letter queue.
 */
export async function runTaskOnEvent(
  ports: RunTaskOnEventPorts,
  { id, source, detail }: RunTaskOnEvent,
): Promise<RanOnEvent> {
  const { space, idempotencyKey = id } = detail;
  if (!mayRunTasks(ports.stage, space, source))
    throw new DomainError(
      'forbidden',
      `Source "${source}" may not run tasks in space "${space}": the stage's setting eventSources names those that ` +
        'may, under "service".',
    );
  const { outcome, task } = await runTask(ports, {
    ...detail,
    idempotencyKey,
    requestedBy: `event of ${source}`,
  });
  return { outcome, task: task.name };
}
