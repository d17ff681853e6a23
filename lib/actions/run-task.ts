import type { App, Resources } from '../domain/app.ts';
import { conflict, DomainError, invalid } from '../domain/errors.ts';
import { ANNOTATION } from '../domain/labels.ts';
import { hashOf, idempotentId, taskId } from '../domain/names.ts';
import { type TaskOrder, toPipelineRun } from '../domain/pipeline-run.ts';
import { type RunRecord, type Task, toTask } from '../domain/task.ts';
import type { Ports } from '../ports.ts';

export type RunTask = {
  readonly space: string;
  readonly app: string;
  /** Absent: the app's start command. */
  readonly command?: string | undefined;
  /** The task's display name. */
  readonly name?: string | undefined;
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  readonly idempotencyKey?: string | undefined;
};

/** Random ids that may be taken before we give up; with 500 tasks an app even one is taken once in 6,000 runs. */
const TRIES = 5;

export type Started = { readonly outcome: 'started' | 'repeated'; readonly task: Task };

/**
 * Runs a task on an app: reads the App, creates the PipelineRun. With an idempotency key the same request again finds
 * the same task for as long as it is kept. Cut between the two requests, nothing is left behind; cut after the second
 * the task runs, and a repeat with the key finds it.
 */
export async function runTask(ports: Ports, input: RunTask): Promise<Started> {
  const app = await ports.apps.get(input.space, input.app);
  const order = orderOf(app, input, ports);
  return input.idempotencyKey === undefined
    ? startUnderRandomId(ports, order)
    : startOnce(ports, order, input.idempotencyKey, requestHashOf(input));
}

function orderOf(app: App, input: RunTask, { now, random }: Ports): Omit<TaskOrder, 'id'> {
  const command = input.command ?? app.spec.command;
  if (command === undefined) {
    throw invalid({
      field: 'command',
      message: 'Start command not found on App or Task: give one here, or push the app with one.',
    });
  }
  return {
    app,
    command,
    displayName: input.name,
    resources: input.resources,
    requestedBy: input.requestedBy,
    requestedAt: now(),
    nonce: Buffer.from(random(12)).toString('hex'),
  };
}

async function startUnderRandomId({ runs, random }: Ports, order: Omit<TaskOrder, 'id'>): Promise<Started> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const started = startedBy(order, await runs.create(toPipelineRun({ ...order, id: taskId(random(5)) })));
    if (started !== undefined) return { outcome: 'started', task: toTask(started) };
  }
  throw new DomainError('unavailable', `No free task id in ${TRIES} tries; nothing was started. Try again.`);
}

/** Of what was asked for, not of what the app made of it: a repeat stays one when the app was pushed in between. */
const requestHashOf = ({ command, name, resources }: RunTask): string =>
  hashOf([JSON.stringify([command, name, resources])], 32);

async function startOnce(
  { runs }: Ports,
  order: Omit<TaskOrder, 'id'>,
  key: string,
  requestHash: string,
): Promise<Started> {
  const id = idempotentId('run-task', order.app.name, key);
  const wanted = toPipelineRun({ ...order, id, requestHash });
  const answer = await runs.create(wanted);
  const started = startedBy(order, answer);
  if (started !== undefined) return { outcome: 'started', task: toTask(started) };
  const { run } = answer;
  if (run?.ownerUid !== order.app.uid) {
    throw conflict(
      `The name "${wanted.metadata.name}" is taken by a run that is not this app's, perhaps of an earlier app of ` +
        'this name that is being deleted. Try again, or with another Idempotency-Key.',
    );
  }
  if (run.annotations[ANNOTATION.requestHash] === requestHash)
    return { outcome: 'repeated', task: toTask(run) };
  throw invalid({
    field: 'Idempotency-Key',
    message: `It was used for another request, which became task "${run.name}". Use a new key for a new task.`,
  });
}

/** A create whose answer was lost is repeated by the adapter: the run that then exists is the one that was ordered. */
const startedBy = (
  { nonce }: { readonly nonce: string },
  answer: Awaited<ReturnType<Ports['runs']['create']>>,
): RunRecord | undefined =>
  answer.outcome === 'created' || answer.run?.annotations[ANNOTATION.nonce] === nonce
    ? answer.run
    : undefined;
