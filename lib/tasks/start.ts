import { conflict, DomainError, invalid } from '../platform/errors.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { eventTaskId, idempotentId, occurrenceId, taskId } from '../platform/names.ts';
import type { Metrics } from '../platform/observability.ts';
import type { TaskEvent } from './event.ts';
import { toPipelineRun } from './pipeline-run.ts';
import { type AdmitPorts, admitIfCapacity } from './queueing.ts';
import type { Runs } from './runs.ts';
import type { NewTaskSpec, SpecPorts, TaskSpec } from './spec.ts';
import { annotatedTime, isActive, isVerified, type RunRecord, type Task, toTask } from './task.ts';

/** Ports of starting a task. */
export type StartPorts = AdmitPorts & SpecPorts & { readonly metrics: Metrics };

export type Started = { readonly outcome: 'started' | 'repeated'; readonly task: Task };

/** Identity of a repeatable request: its verb and key, and a hash of its content. */
type IdempotencyScope = { readonly verb: string; readonly key: string; readonly requestHash: string };

/** Random ids that are tried; with 500 tasks an app even one is taken once in 6,000 runs. */
const MAX_RANDOM_IDS = 5;

/**
 * Starts a task on request. With an idempotency key the same request again returns the same task, while that task is kept.
 * Throws `invalid` for a key that was used for another request.
 */
export async function startTask(
  ports: StartPorts,
  spec: NewTaskSpec,
  idempotency?: IdempotencyScope,
): Promise<Started> {
  try {
    const started = await (idempotency === undefined
      ? startWithRandomId(ports, spec)
      : startWithKey(ports, spec, idempotency));
    ports.metrics.add(started.outcome === 'started' ? 'TasksStarted' : 'TasksRepeated', 1);
    return started;
  } catch (error) {
    if (error instanceof DomainError) ports.metrics.add('TasksRefused', 1);
    throw error;
  }
}

async function startWithRandomId(ports: StartPorts, spec: NewTaskSpec): Promise<Started> {
  const idOf = () => taskId(ports.random(5));
  const created = await createFirst(ports, spec, {
    idOf,
    maxAttempts: MAX_RANDOM_IDS,
    isSkipped: () => true,
  });
  if (created?.started === undefined) {
    throw new DomainError(
      'unavailable',
      `No free task id in ${MAX_RANDOM_IDS} tries; nothing was started. Try again.`,
    );
  }
  await admitQueued(ports, spec, created);
  return { outcome: 'started', task: toTask(created.started) };
}

async function startWithKey(
  ports: StartPorts,
  spec: NewTaskSpec,
  { verb, key, requestHash }: IdempotencyScope,
): Promise<Started> {
  const owner = spec.job ?? spec.app;
  const created = await createRun(ports, { ...spec, id: idempotentId(verb, owner.name, key), requestHash });
  await admitQueued(ports, spec, created);
  const { started, name, taken } = created;
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
 * Starts the task of an occurrence, whose name is its lock: a second fire finds it `alreadyStarted`. `nameTaken`: a run of
 * another owner, or of another occurrence, has the name. `id`: end of the name, else that of a job's occurrence.
 */
export async function startOccurrence(
  ports: StartPorts,
  spec: NewTaskSpec,
  occurrence: Date,
  id = occurrenceId(occurrence),
): Promise<{ readonly outcome: 'started' | 'alreadyStarted' | 'nameTaken'; readonly task: string }> {
  const created = await createRun(ports, { ...spec, id, scheduledTime: occurrence });
  await admitQueued(ports, spec, created);
  const { started, name, taken } = created;
  if (started !== undefined) return { outcome: 'started', task: name };
  const isOurs =
    taken?.ownerUid === (spec.job ?? spec.app).uid &&
    Date.parse((taken && annotatedTime(taken, 'scheduledTime')) ?? '') === occurrence.getTime();
  return { outcome: isOurs ? 'alreadyStarted' : 'nameTaken', task: name };
}

/** Runs of one event that could not start, each of which was started again by hand. */
const MAX_RUNS_OF_EVENT = 10;

/**
 * Starts the task of an event, whose id is its lock: a second delivery finds it `alreadyStarted`. A run that could never
 * start does not count: redelivered, the event gets a new one. A queued run is admitted by the caller. Throws `conflict`
 * when a run of another owner has the name, and after 10 runs that could not start.
 */
export async function startForEvent(
  ports: { readonly runs: Runs },
  spec: NewTaskSpec,
  event: TaskEvent,
): Promise<{ readonly outcome: 'started' | 'alreadyStarted'; readonly run: RunRecord }> {
  const owner = spec.job ?? spec.app;
  const isOurs = (run?: RunRecord): run is RunRecord =>
    run?.ownerUid === owner.uid && run.annotations[ANNOTATION.eventId] === event.id;
  const created = await createFirst(
    ports,
    { ...spec, event },
    {
      idOf: (attempt) => eventTaskId(event.id, attempt),
      maxAttempts: MAX_RUNS_OF_EVENT,
      isSkipped: (run) => isOurs(run) && neverStarted(run),
    },
  );
  if (created === undefined) {
    throw conflict(
      `The tasks of this event could not start ${MAX_RUNS_OF_EVENT} times; see why, then send it again.`,
    );
  }
  if (created.started !== undefined) return { outcome: 'started', run: created.started };
  if (isOurs(created.taken)) return { outcome: 'alreadyStarted', run: created.taken };
  throw conflict(
    `The name "${created.name}" is taken by a run that is not this job's, perhaps of an earlier one of this name that ` +
      'is being deleted. The event is tried again.',
  );
}

/** True for a run that waited too long for a node, its image, or its event. */
const neverStarted = (run: RunRecord): boolean =>
  !isActive(run) && run.annotations[ANNOTATION.cancelledBecause] === 'PendingTimeout';

type Created = {
  readonly name: string;
  /** The run, if this call made it. */
  readonly started?: RunRecord;
  /** Our run that has the name already. */
  readonly taken?: RunRecord | undefined;
};

/** Creates the run. A create whose answer was lost is repeated by the repository, and finds its own run by the nonce. */
async function createRun(ports: { readonly runs: Runs }, spec: TaskSpec): Promise<Created> {
  const manifest = toPipelineRun(spec);
  const { name } = manifest.metadata;
  const answer = await ports.runs.create(manifest);
  const isOwn = answer.outcome === 'created' || answer.run?.annotations[ANNOTATION.nonce] === spec.nonce;
  if (isOwn && answer.run !== undefined) return { name, started: answer.run };
  return { name, taken: answer.run && isVerified(answer.run) ? answer.run : undefined };
}

type Attempts = {
  /** Id to try, from attempt 0. */
  readonly idOf: (attempt: number) => string;
  readonly maxAttempts: number;
  /** True for a run whose name is passed over for the next one. */
  readonly isSkipped: (taken: RunRecord | undefined) => boolean;
};

/** Creates the run under the first name that is free; `undefined` when all attempts were skipped. */
async function createFirst(
  ports: { readonly runs: Runs },
  spec: Omit<TaskSpec, 'id'>,
  { idOf, maxAttempts, isSkipped }: Attempts,
): Promise<Created | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const created = await createRun(ports, { ...spec, id: idOf(attempt) });
    if (created.started !== undefined || !isSkipped(created.taken)) return created;
  }
  return undefined;
}

/**
 * Admits a run that was just created as queued, so that a burst never runs more than the app's limit. Cut before that, the
 * reconcile admits it. Those of a backfill are left to the reconcile.
 */
async function admitQueued(
  ports: StartPorts,
  { app, queued, backfill }: NewTaskSpec,
  { name, started }: Created,
): Promise<void> {
  if (queued && backfill === undefined && started !== undefined) await admitIfCapacity(ports, app, name);
}
