import { containerStateOf } from '../kubernetes/kubelet/pod-status.ts';
import { at, isRecord, type KubeObject, timestamp } from '../kubernetes/object.ts';
import { conditionOf, conditionsOf } from './conditions.ts';
import { formatDuration } from './duration.ts';
import { parseTaskRun } from './manifests.ts';
import { messageEntries, resultMessage, resultsOf } from './results.ts';

type Status = Readonly<Record<string, unknown>>;

const statusOf = ({ status }: KubeObject): Status => (isRecord(status) ? status : {});

/** Status of a TaskRun that the controller has just seen. */
export const startedStatus = (taskRun: KubeObject): Status => ({
  conditions: conditionsOf(taskRun, 'Unknown', 'Started', ''),
  podName: '',
  startTime: timestamp(),
});

/** Status of a TaskRun from its pod's status. */
export function statusByPod(taskRun: KubeObject, pod: KubeObject): Status {
  const { steps, taskSpec } = parseTaskRun(taskRun);
  const states = steps.map(({ name }) => stateOf(pod, `step-${name}`));
  const results = resultsOf(states.flatMap(({ terminated }) => messageEntries(terminated)));
  const sidecars = (taskSpec.sidecars ?? []).map(({ name = '' }) => {
    const container = `sidecar-${name}`;
    return { container, name, ...stateOf(pod, container) };
  });
  return {
    ...statusOf(taskRun),
    ...outcomeOf(taskRun, states, sidecars),
    podName: pod.metadata.name,
    ...(results.length === 0 ? {} : { results }),
    ...(sidecars.length === 0 ? {} : { sidecars }),
    steps: steps.map(({ name }, index) => stepStatus(name, states[index] ?? {})),
    taskSpec: at(taskRun, 'spec', 'taskSpec'),
  };
}

const stateOf = (pod: KubeObject, container: string): Status =>
  containerStateOf(pod, container) ?? { waiting: { reason: 'PodInitializing' } };

/** State of a step from its container, without the internal entries of the termination message. */
function stepStatus(name: string, state: Status): Status {
  const step = { container: `step-${name}`, name, provenance: {} };
  if (!isRecord(state.terminated)) return { ...step, ...state };
  const { message: _, ...terminated } = state.terminated;
  const entries = messageEntries(state.terminated);
  const message = resultMessage(entries);
  const startedAt = entries.find(({ key }) => key === 'StartedAt')?.value;
  return {
    ...step,
    terminated: {
      ...terminated,
      ...(message === undefined ? {} : { message }),
      ...(startedAt === undefined ? {} : { startedAt: timestamp(new Date(startedAt)) }),
    },
    terminationReason: entries.find(({ key }) => key === 'Reason')?.value ?? terminated.reason,
  };
}

function outcomeOf(taskRun: KubeObject, states: readonly Status[], sidecars: readonly Status[]): Status {
  if (states.every(({ terminated }) => terminated !== undefined)) {
    const { steps } = parseTaskRun(taskRun);
    const named = states.map((state, index) => ({ ...state, container: `step-${steps[index]?.name}` }));
    const step = named.find(hasFailed);
    if (step === undefined) return ended(taskRun, 'True', 'Succeeded', 'All Steps have completed executing');
    // If a sidecar has failed as well, Tekton reports it as the cause.
    const sidecar = sidecars.find(hasFailed);
    const reason = sidecar === undefined ? 'StepFailed' : 'SidecarFailed';
    return ended(taskRun, 'False', reason, failureOf(sidecar ?? step));
  }
  if (states.some(({ waiting }) => at(waiting, 'reason') === 'CreateContainerConfigError')) {
    // Measured: no completionTime, and the pod stays.
    const message = 'Failed to create pod due to config error';
    return { conditions: conditionsOf(taskRun, 'False', 'CreateContainerConfigError', message) };
  }
  if (states.some(({ waiting }) => waiting !== undefined)) {
    const message = 'pod status "PodReadyToStartContainers":"False"; message: ""';
    return { conditions: conditionsOf(taskRun, 'Unknown', 'Pending', message) };
  }
  const message = 'Not all Steps in the Task have finished executing';
  return { conditions: conditionsOf(taskRun, 'Unknown', 'Running', message) };
}

const hasFailed = ({ terminated }: Status): boolean =>
  terminated !== undefined && at(terminated, 'exitCode') !== 0;

const failureOf = ({ container, terminated }: Status): string =>
  `"${container}" exited with code ${at(terminated, 'exitCode')}: ${at(terminated, 'reason')}`;

const ended = (taskRun: KubeObject, status: 'True' | 'False', reason: string, message: string): Status => ({
  conditions: conditionsOf(taskRun, status, reason, message),
  completionTime: timestamp(),
});

/** Status of a TaskRun whose pod could not be created. */
export const podFailedStatus = (taskRun: KubeObject, why: string): Status => ({
  ...statusOf(taskRun),
  ...ended(
    taskRun,
    'False',
    'PodCreationFailed',
    `failed to create task run pod "${taskRun.metadata.name}": ${why}. Maybe invalid TaskSpec`,
  ),
  podName: '',
  steps: parseTaskRun(taskRun).steps.map(({ name }) => ({ name, provenance: {} })),
});

/**
 * Status of a TaskRun that was cancelled or has timed out. Tekton reports exit code 1 for steps that were still
 * running, whatever their process did.
 */
export function stoppedStatus(taskRun: KubeObject, reason: 'TaskRunCancelled' | 'TaskRunTimeout'): Status {
  const { steps, statusMessage = '', timeoutMs } = parseTaskRun(taskRun);
  const { name } = taskRun.metadata;
  const message =
    reason === 'TaskRunTimeout'
      ? `TaskRun "${name}" failed to finish within "${formatDuration(timeoutMs)}"`
      : `TaskRun "${name}" was cancelled. ${statusMessage}`;
  const heldBy = conditionOf(taskRun);
  const isHeld = heldBy && heldBy.message !== '' && !['Started', 'Running'].includes(heldBy.reason);
  const previous = isHeld ? `\nPrevious status: [${heldBy.reason}] ${heldBy.message}` : '';
  const old = statusOf(taskRun);
  const before: readonly unknown[] = Array.isArray(old.steps) ? old.steps : [];
  const stopped = steps.map(({ name: step }, index) => {
    if (at(before[index], 'terminated') !== undefined) return before[index];
    const terminated = {
      exitCode: 1,
      finishedAt: timestamp(),
      message: `Step ${step} terminated as pod ${old.podName} is terminated`,
      reason,
      startedAt: at(before[index], 'running', 'startedAt') ?? old.startTime,
    };
    return { container: `step-${step}`, name: step, provenance: {}, terminated, terminationReason: reason };
  });
  return {
    ...old,
    ...ended(taskRun, 'False', reason, message + previous),
    ...(before.length === 0 ? {} : { steps: stopped }),
  };
}
