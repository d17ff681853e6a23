import { ANNOTATION, LABEL } from '../platform/labels.ts';

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
};

/** Derives the task from its run. Without the TaskRun, reason and exit code come from the run's condition alone. */
export function toTask(run: RunRecord, taskRun?: TaskRunRecord): Task {
  const state = taskStateOf(run, taskRun);
  return {
    name: run.name,
    id: run.labels[LABEL.taskId] ?? '',
    app: run.labels[LABEL.app] ?? '',
    job: run.labels[LABEL.job],
    displayName: run.annotations[ANNOTATION.displayName],
    command: run.annotations[ANNOTATION.command] ?? '',
    state,
    ...reasonOf(state, run, taskRun),
    exitCode: exitCodeOf(state, taskRun),
    createdAt: run.createdAt,
    startedAt: runStartOf(taskRun),
    finishedAt: isFinished(state) ? (taskRun?.terminated?.finishedAt ?? run.completedAt) : undefined,
    requestedBy: run.annotations[ANNOTATION.requestedBy],
    scheduledTime: run.annotations[ANNOTATION.scheduledTime],
  };
}

/** True until the run has ended; a new run without a condition is active too. */
export const isActive = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.status !== 'True' && condition?.status !== 'False';

/** Time of the request, RFC 3339: in milliseconds from our annotation, else the creation in whole seconds. */
export const requestedAt = ({
  annotations,
  createdAt,
}: Pick<RunRecord, 'annotations' | 'createdAt'>): string => annotations[ANNOTATION.requestedAt] ?? createdAt;

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

/** Our names for Tekton's reasons. Those of a failed container are `Failed` before Tekton 1.12. */
const REASON: Readonly<Record<string, string>> = {
  TaskRunImagePullFailed: 'ImagePullFailed',
  PullImageFailed: 'ImagePullFailed',
  StepFailed: 'Failed',
  SidecarFailed: 'Failed',
  InitContainerFailed: 'Failed',
  ExceededNodeResources: 'Unschedulable',
  PipelineRunPending: 'Queued',
};

/** Tekton's reasons of a run that is not blocked; "Running" appears before the container runs. */
const ON_ITS_WAY = ['Started', 'Running'];

/** Messages of the kubelet: Tekton up to 1.11 has no reason of its own for eviction and lack of memory. */
const EVICTED = /node was low on resource|ephemeral local storage usage exceeds|Usage of EmptyDir volume/;
const OUT_OF_MEMORY = /\bOOMKilled$/;

function reasonOf(
  state: TaskState,
  run: RunRecord,
  taskRun?: TaskRunRecord,
): Pick<Task, 'reason' | 'message'> {
  if (state === 'succeeded' || state === 'running') return {};
  const { reason, message } = taskRun?.condition ?? run.condition ?? {};
  if (state === 'cancelled') {
    return {
      reason: run.annotations[ANNOTATION.cancelledBecause] ?? 'Cancelled',
      message: run.condition?.message,
    };
  }
  if (state === 'timedOut') return { reason: 'Timeout', message };
  if (isEvicted(taskRun)) return { reason: 'Evicted', message };
  const ended = genuine(taskRun);
  if (ended?.reason !== undefined && ended.reason !== 'Completed') {
    // Tekton 1.15 reports a sidecar that failed before the command did.
    const own = `"step-${STEP}" exited with code ${ended.exitCode}: ${ended.reason}`;
    return { reason: ended.reason, message: reason?.startsWith('Sidecar') ? own : message };
  }
  if (isOutOfMemory(taskRun)) return { reason: 'OOMKilled', message };
  if (state === 'pending' && (reason === undefined || ON_ITS_WAY.includes(reason))) return {};
  return { reason: reason && (REASON[reason] ?? reason), message: taskRun?.waitingFor ?? message };
}

const isEvicted = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason === 'PodEvicted' || EVICTED.test(taskRun?.condition?.message ?? '');

/** True when another container than the command's was out of memory: a sidecar, or an init container of Tekton. */
const isOutOfMemory = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason?.endsWith('OOM') === true ||
  OUT_OF_MEMORY.test(taskRun?.condition?.message ?? '');

/**
 * End of the command itself, `undefined` when it was ended from outside: Tekton then writes `TaskRun…` as reason and exit
 * code 1, and the kubelet that evicted the pod writes `Error` and the code of its own signal.
 */
const genuine = (taskRun?: TaskRunRecord): Terminated | undefined =>
  taskRun?.terminated?.reason?.startsWith('TaskRun') || isEvicted(taskRun) ? undefined : taskRun?.terminated;

const exitCodeOf = (state: TaskState, taskRun?: TaskRunRecord): number | undefined =>
  state === 'succeeded' ? 0 : state === 'failed' ? genuine(taskRun)?.exitCode : undefined;

/** Start of the command. Tekton makes up a container, with a start, for an image that could not be pulled. */
const runStartOf = ({ terminated, runningSince }: Partial<TaskRunRecord> = {}): string | undefined =>
  terminated?.reason === 'TaskRunImagePullFailed' ? undefined : (terminated?.startedAt ?? runningSince);
