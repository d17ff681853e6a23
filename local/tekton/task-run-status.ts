import { containerStateOf } from '../kubernetes/kubelet/pod-status.ts';
import { at, isRecord, type KubeObject, timestamp } from '../kubernetes/object.ts';
import { conditionsOf } from './conditions.ts';
import { formatDuration } from './duration.ts';
import { taskRunFacts } from './manifests.ts';

type Status = Readonly<Record<string, unknown>>;

const statusOf = ({ status }: KubeObject): Status => (isRecord(status) ? status : {});

/** Status of a TaskRun that has just been seen. */
export const startedStatus = (taskRun: KubeObject): Status => ({
  conditions: conditionsOf(taskRun, 'Unknown', 'Started', ''),
  podName: '',
  startTime: timestamp(),
});

/** Status of a TaskRun by its pod's. */
export function statusByPod(taskRun: KubeObject, pod: KubeObject): Status {
  const { stepName } = taskRunFacts(taskRun);
  const state = containerStateOf(pod) ?? { waiting: { reason: 'PodInitializing' } };
  const container = `step-${stepName}`;
  const terminated = isRecord(state.terminated) ? state.terminated : undefined;
  const step = {
    container,
    name: stepName,
    provenance: {},
    ...state,
    ...(terminated === undefined ? {} : { terminationReason: terminated.reason }),
  };
  return {
    ...statusOf(taskRun),
    ...outcomeOf(taskRun, container, state),
    podName: pod.metadata.name,
    steps: [step],
    taskSpec: at(taskRun, 'spec', 'taskSpec'),
  };
}

function outcomeOf(taskRun: KubeObject, container: string, state: Status): Status {
  const { waiting, terminated } = state;
  const exitCode = at(terminated, 'exitCode');
  if (exitCode === 0) {
    return ended(taskRun, 'True', 'Succeeded', 'All Steps have completed executing');
  }
  if (exitCode !== undefined) {
    const message = `"${container}" exited with code ${exitCode}: ${at(terminated, 'reason')}`;
    return ended(taskRun, 'False', 'Failed', message);
  }
  if (at(waiting, 'reason') === 'CreateContainerConfigError') {
    // Measured on 1.9: no completionTime, and the pod stays.
    const message = 'Failed to create pod due to config error';
    return { conditions: conditionsOf(taskRun, 'False', 'CreateContainerConfigError', message) };
  }
  if (waiting !== undefined) {
    const message = 'pod status "PodReadyToStartContainers":"False"; message: ""';
    return { conditions: conditionsOf(taskRun, 'Unknown', 'Pending', message) };
  }
  const message = 'Not all Steps in the Task have finished executing';
  return { conditions: conditionsOf(taskRun, 'Unknown', 'Running', message) };
}

const ended = (taskRun: KubeObject, status: 'True' | 'False', reason: string, message: string): Status => ({
  conditions: conditionsOf(taskRun, status, reason, message),
  completionTime: timestamp(),
});

/** Status of a TaskRun whose pod could not be made. */
export const podFailedStatus = (taskRun: KubeObject, why: string): Status => ({
  ...statusOf(taskRun),
  ...ended(
    taskRun,
    'False',
    'PodCreationFailed',
    `failed to create task run pod "${taskRun.metadata.name}": ${why}. Maybe invalid TaskSpec`,
  ),
  podName: '',
  steps: [{ name: taskRunFacts(taskRun).stepName, provenance: {} }],
});

/**
 * Status of a TaskRun that was cancelled or has timed out. Tekton makes up how its step ended: exit code 1, whatever
 * the process did.
 */
export function stoppedStatus(taskRun: KubeObject, reason: 'TaskRunCancelled' | 'TaskRunTimeout'): Status {
  const { stepName, statusMessage = '', timeoutMs } = taskRunFacts(taskRun);
  const { name } = taskRun.metadata;
  const message =
    reason === 'TaskRunTimeout'
      ? `TaskRun "${name}" failed to finish within "${formatDuration(timeoutMs)}"`
      : `TaskRun "${name}" was cancelled. ${statusMessage}`;
  const old = statusOf(taskRun);
  const [before] = Array.isArray(old.steps) ? old.steps : [];
  const terminated = {
    exitCode: 1,
    finishedAt: timestamp(),
    message: `Step ${stepName} terminated as pod ${old.podName} is terminated`,
    reason,
    startedAt: at(before, 'running', 'startedAt') ?? old.startTime,
  };
  const step = { container: `step-${stepName}`, name: stepName, provenance: {} };
  return {
    ...old,
    ...ended(taskRun, 'False', reason, message),
    ...(before === undefined ? {} : { steps: [{ ...step, terminated, terminationReason: reason }] }),
  };
}
