import * as v from 'valibot';
import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { Timestamp } from '../platform/quantities.ts';
import { traceContextOf } from '../platform/trace.ts';
import { type Overrides, parseOverrides } from './overrides.ts';
import { exitCodeOf, reasonOf } from './reason.ts';

/** Name of a task's one step; its container, and so its log, is `step-user-container`, as with Kf. */
export const STEP = 'user-container';

export type TaskState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timedOut';

/** Final states. */
const FINISHED: readonly TaskState[] = ['succeeded', 'failed', 'cancelled', 'timedOut'];
export const isFinished = (state: TaskState): boolean => FINISHED.includes(state);

/** Tekton's condition `Succeeded`. */
export type Condition = {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
};

/** PipelineRun of a task or build: the fields from which its state is derived. Times are RFC 3339. */
export type RunRecord = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  /** Deleted, but still there until its finalizers are removed. */
  readonly deleting: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** uid of the App or Job that owns the run. */
  readonly ownerUid: string;
  readonly condition?: Condition | undefined;
  readonly completedAt?: string | undefined;
  readonly taskRun?: string | undefined;
};

type Terminated = {
  readonly exitCode: number;
  readonly reason?: string | undefined;
  readonly startedAt?: string | null | undefined;
  readonly finishedAt?: string | null | undefined;
};

/** TaskRun of a run: the fields that explain its end. */
export type TaskRunRecord = {
  readonly name: string;
  readonly run: string;
  readonly pod?: string | undefined;
  readonly condition?: Condition | undefined;
  readonly completedAt?: string | undefined;
  /** The kubelet's message about a container that cannot start. */
  readonly waitingFor?: string | undefined;
  readonly runningSince?: string | undefined;
  readonly terminated?: Terminated | undefined;
};

/** Task as the API returns it. Times are RFC 3339. */
export type Task = {
  readonly name: string;
  readonly id: string;
  readonly app: string;
  readonly job?: string | undefined;
  readonly displayName?: string | undefined;
  readonly command: string;
  /** Names of what this run was given in place of its job and app. */
  readonly overrides?: Overrides | undefined;
  readonly state: TaskState;
  /** Reason of the state, one word: `OOMKilled`, `ImagePullFailed`, `Error`. */
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Set only when the command itself ended: Tekton makes one up for a cancelled task. */
  readonly exitCode?: number | undefined;
  readonly createdAt: string;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  readonly requestedBy?: string | undefined;
  /** Occurrence of the job's schedule that the task is for. */
  readonly scheduledTime?: string | undefined;
  /** Trace context of W3C that it got. Absent where its own variables name one. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** A backfill made it. */
  readonly backfill?: true | undefined;
  /** Its run was not created by Taskbridge: command, name, caller and occurrence are what somebody wrote there. */
  readonly unverified?: true | undefined;
};

/** Derives the task from its run. Without the TaskRun, reason and exit code come from the run's condition alone. */
export function toTask(run: RunRecord, taskRun?: TaskRunRecord): Task {
  const state = taskStateOf(run, taskRun);
  return {
    name: run.name,
    id: run.labels[LABEL.job] === undefined ? (run.labels[LABEL.taskId] ?? '') : run.name,
    app: run.labels[LABEL.app] ?? '',
    job: run.labels[LABEL.job],
    displayName: run.annotations[ANNOTATION.displayName],
    command: run.annotations[ANNOTATION.command] ?? '',
    overrides: parseOverrides(run.annotations[ANNOTATION.overrides]),
    state,
    ...reasonOf(state, run, taskRun),
    exitCode: exitCodeOf(state, taskRun),
    createdAt: run.createdAt,
    startedAt: runStartOf(taskRun),
    finishedAt: isFinished(state) ? finishedAtOf(run, taskRun) : undefined,
    requestedBy: run.annotations[ANNOTATION.requestedBy],
    scheduledTime: annotatedTime(run, 'scheduledTime'),
    ...traceContextOf(run.annotations[ANNOTATION.traceparent], run.annotations[ANNOTATION.tracestate]),
    backfill: isBackfill(run) ? true : undefined,
    unverified: isVerified(run) ? undefined : true,
  };
}

/**
 * True for a run that Taskbridge created. An admission policy keeps the nonce from others, and the annotations of a run with
 * a nonce from changes by others (cluster/policies/marks.yaml).
 */
export const isVerified = ({ annotations }: Pick<RunRecord, 'annotations'>): boolean =>
  annotations[ANNOTATION.nonce] !== undefined;

/** True for a run that a backfill made. */
export const isBackfill = (run: Pick<RunRecord, 'annotations'>): boolean =>
  isVerified(run) && run.annotations[ANNOTATION.backfill] !== undefined;

/** Time of an annotation, in RFC 3339; `undefined` for any other text. */
export function annotatedTime(
  { annotations }: Pick<RunRecord, 'annotations'>,
  name: 'scheduledTime' | 'requestedAt' | 'admittedAt',
): string | undefined {
  const text = annotations[ANNOTATION[name]];
  return v.is(Timestamp, text) ? text : undefined;
}

/** True until the run has ended; a new run without a condition is active too. */
export const isActive = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.status !== 'True' && condition?.status !== 'False';

/** Time of the request, RFC 3339: in milliseconds from our annotation, else the creation in whole seconds. */
export const requestedAt = (run: Pick<RunRecord, 'annotations' | 'createdAt'>): string =>
  annotatedTime(run, 'requestedAt') ?? run.createdAt;

/** True while Tekton holds the run back, until its `spec.status` is cleared. */
export const isQueued = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.reason === 'PipelineRunPending';

/**
 * State of a task. The TaskRun decides on success: a cancel at the moment when the command ends leaves a cancelled
 * PipelineRun over a TaskRun that succeeded (Tekton's cancel.go).
 */
function taskStateOf({ condition }: RunRecord, taskRun?: TaskRunRecord): TaskState {
  if (condition?.status === 'True' || taskRun?.condition?.status === 'True') return 'succeeded';
  if (condition?.status !== 'False') {
    return taskRun?.runningSince !== undefined || taskRun?.terminated !== undefined ? 'running' : 'pending';
  }
  const reasons = [condition.reason, taskRun?.condition?.reason];
  if (reasons.includes('TaskRunTimeout') || reasons.includes('PipelineRunTimeout')) return 'timedOut';
  return reasons.includes('Cancelled') || reasons.includes('TaskRunCancelled') ? 'cancelled' : 'failed';
}

/** End of the command, else of what was to run it; `undefined` for a row of a list whose run has no TaskRun. */
const finishedAtOf = ({ completedAt }: RunRecord, taskRun?: TaskRunRecord): string | undefined =>
  taskRun?.terminated?.finishedAt ?? taskRun?.completedAt ?? completedAt;

/** Start of the command. Tekton makes up a container, with a start, for an image that could not be pulled. */
const runStartOf = ({ terminated, runningSince }: Partial<TaskRunRecord> = {}): string | undefined =>
  terminated?.reason === 'TaskRunImagePullFailed' ? undefined : (terminated?.startedAt ?? runningSince);
