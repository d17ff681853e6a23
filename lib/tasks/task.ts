import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { STEP } from './pipeline-run.ts';

export type TaskState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timedOut';

/** States that a task keeps once it has reached them. */
const FINISHED: readonly TaskState[] = ['succeeded', 'failed', 'cancelled', 'timedOut'];
export const isFinished = (state: TaskState): boolean => FINISHED.includes(state);

/** Tekton's condition `Succeeded`. */
export type Condition = {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
};

/** What of a PipelineRun of ours says how its task does. Times are RFC 3339. */
export type RunRecord = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  /** It was deleted, and is there until whoever holds it lets it go. */
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

/** What of the run's TaskRun says why it ended. */
export type TaskRunRecord = {
  readonly name: string;
  readonly run: string;
  readonly pod?: string | undefined;
  readonly condition?: Condition | undefined;
  /** What keeps the container from starting, in the kubelet's words. */
  readonly waitingFor?: string | undefined;
  readonly runningSince?: string | undefined;
  readonly terminated?: Terminated | undefined;
};

/** A task as a user sees it. */
export type Task = {
  readonly name: string;
  readonly id: string;
  readonly app: string;
  readonly job?: string | undefined;
  readonly displayName?: string | undefined;
  readonly command: string;
  readonly state: TaskState;
  /** Why it is in this state, in one word: `OOMKilled`, `ImagePullFailed`, `Error`. */
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Only of a command that ended by itself: Tekton makes one up for a cancelled task. */
  readonly exitCode?: number | undefined;
  readonly createdAt: string;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  readonly requestedBy?: string | undefined;
  /** The occurrence of its job's schedule that it is for. */
  readonly scheduledTime?: string | undefined;
};

/** The task that a run stands for. Without its TaskRun, reason and exit code are only what the run itself tells. */
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
    ...whyOf(state, run, taskRun),
    exitCode: exitCodeOf(state, taskRun),
    createdAt: run.createdAt,
    startedAt: runStartOf(taskRun),
    finishedAt: isFinished(state) ? (taskRun?.terminated?.finishedAt ?? run.completedAt) : undefined,
    requestedBy: run.annotations[ANNOTATION.requestedBy],
    scheduledTime: run.annotations[ANNOTATION.scheduledTime],
  };
}

/** Whether Tekton holds the run back until its `spec.status` is cleared. */
export const isQueued = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.reason === 'PipelineRunPending';

/**
 * The TaskRun has the last word on success: a cancel that comes as the command ends leaves a cancelled PipelineRun
 * over a TaskRun that succeeded (Tekton's cancel.go).
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

/** Tekton's reasons that users know by another word. Those of a failed container are `Failed` before Tekton 1.12. */
const REASON: Readonly<Record<string, string>> = {
  TaskRunImagePullFailed: 'ImagePullFailed',
  PullImageFailed: 'ImagePullFailed',
  StepFailed: 'Failed',
  SidecarFailed: 'Failed',
  InitContainerFailed: 'Failed',
  ExceededNodeResources: 'Unschedulable',
  PipelineRunPending: 'Queued',
};

/** Tekton's reasons of a run that nothing holds up; "Running" stands there before its container runs. */
const ON_ITS_WAY = ['Started', 'Running'];

/** Tekton up to 1.11 gives neither eviction nor lack of memory a reason of its own, only the kubelet's message. */
const EVICTED = /node was low on resource|ephemeral local storage usage exceeds|Usage of EmptyDir volume/;
const OUT_OF_MEMORY = /\bOOMKilled$/;

function whyOf(state: TaskState, run: RunRecord, taskRun?: TaskRunRecord): Pick<Task, 'reason' | 'message'> {
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
    // Tekton 1.15 names a sidecar that failed before the command did.
    const own = `"step-${STEP}" exited with code ${ended.exitCode}: ${ended.reason}`;
    return { reason: ended.reason, message: reason?.startsWith('Sidecar') ? own : message };
  }
  if (isOutOfMemory(taskRun)) return { reason: 'OOMKilled', message };
  if (state === 'pending' && (reason === undefined || ON_ITS_WAY.includes(reason))) return {};
  return { reason: reason && (REASON[reason] ?? reason), message: taskRun?.waitingFor ?? message };
}

const isEvicted = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason === 'PodEvicted' || EVICTED.test(taskRun?.condition?.message ?? '');

/** Whether a container was out of memory that is not the command's: a sidecar's, or one that Tekton runs before. */
const isOutOfMemory = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason?.endsWith('OOM') === true ||
  OUT_OF_MEMORY.test(taskRun?.condition?.message ?? '');

/**
 * What the command itself came to. Tekton writes `TaskRun…` as reason, and exit code 1, where it ended the step; the
 * kubelet writes `Error`, and the code of its own signal, where it evicted the pod.
 */
const genuine = (taskRun?: TaskRunRecord): Terminated | undefined =>
  taskRun?.terminated?.reason?.startsWith('TaskRun') || isEvicted(taskRun) ? undefined : taskRun?.terminated;

const exitCodeOf = (state: TaskState, taskRun?: TaskRunRecord): number | undefined =>
  state === 'succeeded' ? 0 : state === 'failed' ? genuine(taskRun)?.exitCode : undefined;

/** Tekton makes up a container, with a start, for an image that could not be pulled. */
const runStartOf = ({ terminated, runningSince }: Partial<TaskRunRecord> = {}): string | undefined =>
  terminated?.reason === 'TaskRunImagePullFailed' ? undefined : (terminated?.startedAt ?? runningSince);
