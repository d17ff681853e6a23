import { ANNOTATION } from '../platform/labels.ts';
import { exitCodeText, messageFor } from './messages.ts';
import type { RunRecord, Task, TaskRunRecord, TaskState } from './task.ts';

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

const ourReason = (reason: string): string =>
  REASON[reason] ?? reason.replace(/^(?:PipelineRun|TaskRun)(?=[A-Z])/, '');

/** Tekton's reasons of a run that is not blocked; "Running" appears before the container runs. */
const ON_ITS_WAY = ['Started', 'Running'];

/** Part of Tekton's message about a pod that no node takes, with the scheduler's words after it. */
const UNSCHEDULED = '"PodScheduled":"False"';

/** Messages of the kubelet: Tekton up to 1.11 has no reason of its own for eviction and lack of memory. */
const EVICTED = /node was low on resource|ephemeral local storage usage exceeds|Usage of EmptyDir volume/;
const OUT_OF_MEMORY = /\bOOMKilled$/;

/** Derives the reason of a task's state, one word, and its message. */
export function reasonOf(
  state: TaskState,
  run: RunRecord,
  taskRun?: TaskRunRecord,
): Pick<Task, 'reason' | 'message'> {
  if (state === 'succeeded' || state === 'running') return {};
  const { reason, message } = decisive(state, run, taskRun) ?? {};
  const explained = (own: string) => ({
    reason: own,
    message: messageFor(own, message, taskRun?.waitingFor),
  });
  if (state === 'cancelled') return cancelled(run.annotations[ANNOTATION.cancelledBecause], message);
  if (state === 'timedOut') return stopped('Timeout', message);
  if (isEvicted(taskRun)) return explained('Evicted');
  const ended = ownEnd(taskRun);
  if (ended?.reason === 'OOMKilled') return { reason: ended.reason, message: messageFor(ended.reason) };
  if (ended !== undefined && ended.exitCode !== 0)
    return {
      reason: ended.reason ?? 'Error',
      message: `The command failed: exit code ${exitCodeText(ended.exitCode)}.`,
    };
  const lost = taskRun?.terminated?.reason;
  if (isLost(lost)) return { reason: lost, message: messageFor(lost) };
  if (isOutOfMemory(taskRun)) return explained('OOMKilled');
  if (reason === undefined || (state === 'pending' && ON_ITS_WAY.includes(reason))) return {};
  const explanation = explained(ourReason(reason));
  return message?.includes(UNSCHEDULED) ? { ...explanation, reason: 'Unschedulable' } : explanation;
}

/**
 * Condition that gives the reason. Tekton may write an older status over that of a TaskRun that has failed its run, and ends it
 * again a moment later: until then it is not why the run failed.
 */
const decisive = (state: TaskState, run: RunRecord, taskRun?: TaskRunRecord): RunRecord['condition'] =>
  state === 'failed' && taskRun?.condition?.status === 'Unknown'
    ? run.condition
    : (taskRun?.condition ?? run.condition);

/** Second line of Tekton 1.15 in the message of a TaskRun that was stopped before its pod ran: reason and message until then. */
const PREVIOUS_STATUS = '\nPrevious status: [';

/** Reason of a task that was stopped, with why it had not started by then, where Tekton says so. */
function stopped(reason: string, message = ''): Pick<Task, 'reason' | 'message'> {
  const [first, previous] = message.split(PREVIOUS_STATUS, 2);
  const [before = '', ...rest] = previous?.split('] ') ?? [];
  const why = previous === undefined ? undefined : messageFor(ourReason(before), rest.join('] '));
  return { reason, message: [messageFor(reason, first), why].filter((text) => text !== undefined).join(' ') };
}

/** `because`: absent when a user cancelled it; else our reason, or what somebody else wrote there. */
const cancelled = (because = 'Cancelled', message = ''): Pick<Task, 'reason' | 'message'> =>
  because === 'PendingTimeout'
    ? stopped(because, message)
    : { reason: because, message: messageFor(because) ?? messageFor('Cancelled') };

/** Exit code of the command; `undefined` where it did not end by itself. */
export const exitCodeOf = (state: TaskState, taskRun?: TaskRunRecord): number | undefined =>
  state === 'succeeded' ? 0 : state === 'failed' ? ownEnd(taskRun)?.exitCode : undefined;

const isEvicted = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason === 'PodEvicted' || EVICTED.test(taskRun?.condition?.message ?? '');

/** True when another container than the command's was out of memory: a sidecar, or an init container of Tekton. */
const isOutOfMemory = (taskRun?: TaskRunRecord): boolean =>
  taskRun?.condition?.reason?.endsWith('OOM') === true ||
  OUT_OF_MEMORY.test(taskRun?.condition?.message ?? '');

/** The kubelet's reasons for a container that it could not start, or lost: it makes up the exit code. */
const LOST = ['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown', 'Unknown'];

/** True where the kubelet does not know how a container ended, by the reason that it gives. */
export const isLost = (reason = ''): boolean => LOST.includes(reason);

/**
 * End of the command itself, `undefined` when it was ended from outside: Tekton then writes `TaskRun…` as reason and exit
 * code 1, and the kubelet that evicted the pod writes `Error` and the code of its own signal.
 */
function ownEnd(taskRun?: TaskRunRecord): TaskRunRecord['terminated'] {
  const { terminated } = taskRun ?? {};
  const reason = terminated?.reason ?? 'Error';
  return isEvicted(taskRun) || reason.startsWith('TaskRun') || isLost(reason) ? undefined : terminated;
}
