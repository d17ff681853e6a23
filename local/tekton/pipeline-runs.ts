import { at, isRecord, type KubeObject, namespacedName, timestamp } from '../kubernetes/object.ts';
import { PIPELINE_RUNS, TASK_RUNS } from '../kubernetes/resources.ts';
import { isKind, type Store } from '../kubernetes/store.ts';
import { createWorkQueue } from '../kubernetes/work-queue.ts';
import { conditionOf, conditionsOf, isDone } from './conditions.ts';
import { createDeadlines } from './deadlines.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { pipelineLabel, toTaskRun } from './manifests.ts';
import { pipelineResults } from './results.ts';
import { runSpecOf } from './run-schema.ts';

type Status = Readonly<Record<string, unknown>>;

/**
 * Creates a TaskRun for each PipelineRun and keeps the PipelineRun's status up to date. The returned function stops the
 * controller.
 */
export function startPipelineRunController(store: Store): () => void {
  const queue = createWorkQueue((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const run = store.get(PIPELINE_RUNS, namespace, name);
    if (run === undefined || isDone(run) || !isOurs(run)) deadlines.clear(key);
    else if (run.metadata.deletionTimestamp === undefined) reconcile(run);
  });
  const deadlines = createDeadlines((key) => queue.add(key));

  const reconcile = (run: KubeObject): void => {
    const { status, timeouts } = runSpecOf(run);
    const startTime = at(run, 'status', 'startTime');
    const timeoutMs = parseDuration(timeouts?.pipeline ?? '') ?? 0;
    const deadline =
      timeoutMs > 0 && typeof startTime === 'string'
        ? Date.parse(startTime) + timeoutMs
        : Number.POSITIVE_INFINITY;
    if (status === 'Cancelled') cancel(store, run);
    else if (status === 'PipelineRunPending') save(store, labelled(run), pending(run));
    else if (startTime === undefined) save(store, labelled(run), started(run));
    else if (deadline <= Date.now()) timeOut(store, run, timeoutMs);
    else {
      deadlines.set(namespacedName(run), deadline);
      runTask(store, run);
    }
  };

  const stopListening = store.follow(({ of, object }) => {
    if (isKind(of, PIPELINE_RUNS)) queue.add(namespacedName(object));
    const run = object.metadata.labels?.['tekton.dev/pipelineRun'];
    if (isKind(of, TASK_RUNS) && run !== undefined) queue.add(`${object.metadata.namespace}/${run}`);
  });

  return () => {
    stopListening();
    queue.stop();
    deadlines.stop();
  };
}

/** A run with another `managedBy` is left alone. */
const isOurs = (run: KubeObject): boolean =>
  ['tekton.dev/pipeline', undefined].includes(runSpecOf(run).managedBy);

const statusOf = ({ status }: KubeObject): Status => (isRecord(status) ? status : {});

function labelled(run: KubeObject): KubeObject {
  const labels = { ...run.metadata.labels, 'tekton.dev/pipeline': pipelineLabel(run) };
  return { ...run, metadata: { ...run.metadata, labels } };
}

const pending = (run: KubeObject): Status => ({
  conditions: conditionsOf(
    run,
    'Unknown',
    'PipelineRunPending',
    `PipelineRun "${run.metadata.name}" is pending`,
  ),
});

const started = (run: KubeObject): Status => ({
  conditions: conditionsOf(run, 'Unknown', 'Started', ''),
  startTime: timestamp(),
  pipelineSpec: at(run, 'spec', 'pipelineSpec'),
});

const ended = (run: KubeObject, status: 'True' | 'False', reason: string, message: string): Status => ({
  ...statusOf(run),
  startTime: at(run, 'status', 'startTime') ?? timestamp(),
  completionTime: timestamp(),
  conditions: conditionsOf(run, status, reason, message),
});

/** Creates the TaskRun or copies its outcome. A TaskRun that is deleted meanwhile is created again. */
function runTask(store: Store, run: KubeObject): void {
  const desired = toTaskRun(run);
  const { name, namespace = '' } = desired.metadata;
  const taskRun = store.get(TASK_RUNS, namespace, name) ?? store.create(TASK_RUNS, desired);
  if (taskRun === undefined || taskRun.metadata.deletionTimestamp !== undefined) return;
  const pipelineTaskName = taskRun.metadata.labels?.['tekton.dev/pipelineTask'];
  const child = { apiVersion: taskRun.apiVersion, kind: 'TaskRun', name, pipelineTaskName };
  const withChild = { ...run, status: { ...statusOf(run), childReferences: [child] } };
  save(store, run, outcome(withChild, taskRun));
}

function outcome(run: KubeObject, taskRun: KubeObject): Status {
  const condition = conditionOf(taskRun);
  if (condition?.status === 'True') return succeeded(run, taskRun);
  if (condition?.status === 'False') {
    const status =
      condition.reason === 'TaskRunCancelled'
        ? ended(run, 'False', 'Cancelled', 'Tasks Completed: 1 (Failed: 0, Cancelled 1), Skipped: 0')
        : ended(run, 'False', 'Failed', 'Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 0');
    return withResults(status, resultsOf(run, taskRun).results);
  }
  const message = 'Tasks Completed: 0 (Failed: 0, Cancelled 0), Incomplete: 1, Skipped: 0';
  return { ...statusOf(run), conditions: conditionsOf(run, 'Unknown', 'Running', message) };
}

/** A run whose task did not produce all of the pipeline's results fails. */
function succeeded(run: KubeObject, taskRun: KubeObject): Status {
  const { results, missing } = resultsOf(run, taskRun);
  if (missing.length > 0) {
    const message = `Failed to get PipelineResult from TaskRun Results for PipelineRun ${run.metadata.name}: invalid pipelineresults [${missing.join(' ')}], the referenced results don't exist`;
    return ended(run, 'False', 'CouldntGetPipelineResult', message);
  }
  const status = ended(run, 'True', 'Succeeded', 'Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 0');
  return withResults(status, results);
}

const resultsOf = (run: KubeObject, taskRun: KubeObject) =>
  pipelineResults(runSpecOf(run).pipelineSpec?.results ?? [], at(taskRun, 'status', 'results'));

const withResults = (status: Status, results: readonly unknown[]): Status =>
  results.length === 0 ? status : { ...status, results };

const CANCELLED = 'TaskRun cancelled as the PipelineRun it belongs to has been cancelled.';
const TIMED_OUT = 'TaskRun cancelled as the PipelineRun it belongs to has timed out.';

/** The PipelineRun is cancelled before its TaskRun and Pod have stopped, as in a real Tekton. */
function cancel(store: Store, run: KubeObject): void {
  cancelTaskRun(store, run, CANCELLED);
  save(store, run, ended(run, 'False', 'Cancelled', `PipelineRun "${run.metadata.name}" was cancelled`));
}

function timeOut(store: Store, run: KubeObject, timeoutMs: number): void {
  cancelTaskRun(store, run, TIMED_OUT);
  const message = `PipelineRun "${run.metadata.name}" failed to finish within "${formatDuration(timeoutMs)}"`;
  save(store, run, ended(run, 'False', 'PipelineRunTimeout', message));
}

function cancelTaskRun(store: Store, run: KubeObject, statusMessage: string): void {
  const { name, namespace = '' } = toTaskRun(run).metadata;
  const taskRun = store.get(TASK_RUNS, namespace, name);
  if (taskRun === undefined || isDone(taskRun)) return;
  const spec = isRecord(taskRun.spec) ? taskRun.spec : {};
  const generation = (taskRun.metadata.generation ?? 1) + 1;
  store.replace(TASK_RUNS, {
    ...taskRun,
    metadata: { ...taskRun.metadata, generation },
    spec: { ...spec, status: 'TaskRunCancelled', statusMessage },
  });
}

function save(store: Store, run: KubeObject, status: Status): void {
  if (JSON.stringify(status) !== JSON.stringify(run.status)) store.replace(PIPELINE_RUNS, { ...run, status });
}
