import type { Resources } from '../apps/app.ts';
import { conflict, DomainError, invalid } from '../platform/errors.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { hashOf, idempotentId, occurrenceId, taskId } from '../platform/names.ts';
import type { Ports } from '../platform/ports.ts';
import { type TaskSpec, toPipelineRun } from './pipeline-run.ts';
import { admitIfCapacity } from './queueing.ts';
import { type RunRecord, type Task, toTask } from './task.ts';

/** What is to run; its id, and whether it is parked, is found out here. */
type TaskSpecInput = Omit<TaskSpec, 'id' | 'queued' | 'requestHash' | 'event'>;

export type Started = { readonly outcome: 'started' | 'repeated'; readonly task: Task };

/** What makes a repeated request the same: its key, and the hash of what was asked for. */
type IdempotencyScope = { readonly verb: string; readonly key: string; readonly requestHash: string };

/**
 * Hash of what was asked for, not of what the app made of it: a repeat stays one when the app was pushed in between. A
 * process stands behind all else, so that requests without one keep the hash that they had.
 */
export const requestHashOf = ({ command, name, resources, ...more }: RunOptions): string =>
  hashOf(
    [JSON.stringify([command, name, resources, ...(more.process === undefined ? [] : [more.process])])],
    32,
  );

type RunOptions = {
  readonly command?: string | undefined;
  readonly process?: string | undefined;
  readonly name?: string | undefined;
  readonly resources?: Resources | undefined;
};

/** Random ids that may be taken before we give up; with 500 tasks an app even one is taken once in 6,000 runs. */
const MAX_ATTEMPTS = 5;

/**
 * Starts a task that was asked for. With a key the same request again finds the same task for as long as it is kept.
 * Throws `invalid` for a key that was used for another request.
 */
export async function startTask(
  ports: Ports,
  spec: TaskSpecInput,
  idempotency?: IdempotencyScope,
): Promise<Started> {
  try {
    const started = await (idempotency === undefined
      ? startUnderRandomId(ports, spec)
      : startOnce(ports, spec, idempotency));
    ports.metrics.add(started.outcome === 'started' ? 'TasksStarted' : 'TasksRepeated', 1);
    return started;
  } catch (error) {
    if (error instanceof DomainError) ports.metrics.add('TasksRefused', 1);
    throw error;
  }
}

async function startUnderRandomId(ports: Ports, spec: TaskSpecInput): Promise<Started> {
  for (let tried = 0; tried < MAX_ATTEMPTS; tried += 1) {
    const { started } = await create(ports, { ...spec, id: taskId(ports.random(5)) });
    if (started !== undefined) return { outcome: 'started', task: toTask(started) };
  }
  throw new DomainError(
    'unavailable',
    `No free task id in ${MAX_ATTEMPTS} tries; nothing was started. Try again.`,
  );
}

async function startOnce(
  ports: Ports,
  spec: TaskSpecInput,
  { verb, key, requestHash }: IdempotencyScope,
): Promise<Started> {
  const owner = spec.job ?? spec.app;
  const { started, name, taken } = await create(ports, {
    ...spec,
    id: idempotentId(verb, owner.name, key),
    requestHash,
  });
  if (started !== undefined) return { outcome: 'started', task: toTask(started) };
  if (taken?.ownerUid !== owner.uid) {
    throw conflict(
      `The name "${name}" is taken by a run that is not this ${spec.job === undefined ? 'app' : 'job'}'s, perhaps ` +
        'of an earlier one of this name that is being deleted. Try again, or with another Idempotency-Key.',
    );
  }
  if (taken.annotations[ANNOTATION.requestHash] === requestHash)
    return { outcome: 'repeated', task: toTask(taken) };
  throw invalid({
    field: 'Idempotency-Key',
    message: `It was used for another request, which became task "${taken.name}". Use a new key for a new task.`,
  });
}

/**
 * Starts the task of an occurrence, whose name is its lock: whoever comes second finds it `alreadyStarted`. `nameTaken`:
 * a run that is not this job's, or not of this occurrence, stands in its place.
 */
export async function startOccurrence(
  ports: Ports,
  spec: TaskSpecInput & Required<Pick<TaskSpec, 'job'>>,
  occurrence: Date,
): Promise<{ readonly outcome: 'started' | 'alreadyStarted' | 'nameTaken'; readonly task: string }> {
  const { started, name, taken } = await create(ports, {
    ...spec,
    id: occurrenceId(occurrence),
    scheduledTime: occurrence,
  });
  if (started !== undefined) return { outcome: 'started', task: name };
  const isOurs =
    taken?.ownerUid === spec.job?.uid &&
    Date.parse(taken?.annotations[ANNOTATION.scheduledTime] ?? '') === occurrence.getTime();
  return { outcome: isOurs ? 'alreadyStarted' : 'nameTaken', task: name };
}

/**
 * Creates the run. Where the app has a limit it is created parked, so that a crowd never runs more than the limit, and
 * let go when there is room; cut off in between, the reconcile lets it go.
 */
async function create(ports: Ports, spec: TaskSpec): Promise<Created> {
  const queued = spec.app.spec.maxRunning !== undefined;
  const created = await createRun(ports, { ...spec, queued });
  if (queued && created.started !== undefined) await admitIfCapacity(ports, spec.app, created.name);
  return created;
}

type Created = {
  readonly name: string;
  /** The run, if it was this order that made it. */
  readonly started?: RunRecord;
  /** The run of ours that has the name. */
  readonly taken?: RunRecord | undefined;
};

/** Creates the run of an order. A create whose answer was lost is repeated by the adapter, and finds the order's own run. */
export async function createRun(ports: Ports, spec: TaskSpec): Promise<Created> {
  const manifest = toPipelineRun(spec);
  const { name } = manifest.metadata;
  const answer = await ports.runs.create(manifest);
  const isThisOne = answer.outcome === 'created' || answer.run?.annotations[ANNOTATION.nonce] === spec.nonce;
  return isThisOne && answer.run !== undefined ? { name, started: answer.run } : { name, taken: answer.run };
}
