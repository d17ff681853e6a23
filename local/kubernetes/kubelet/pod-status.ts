import { at, isRecord, type KubeObject, timestamp } from '../object.ts';
import { POD_IP } from './environment.ts';
import { podSpecOf } from './pod-spec.ts';

/** State of a container. */
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | {
      readonly terminated: {
        readonly exitCode: number;
        readonly reason: string;
        readonly message?: string;
        readonly startedAt: string;
        readonly finishedAt: string;
      };
    };

/** Phase of a pod, from the states of its containers. */
function phaseOf(states: readonly ContainerState[]): string {
  if (states.some((state) => 'waiting' in state)) return 'Pending';
  if (states.some((state) => 'running' in state)) return 'Running';
  return states.every((state) => 'terminated' in state && state.terminated.exitCode === 0)
    ? 'Succeeded'
    : 'Failed';
}

/** Status of a pod, from the states of its containers, with the conditions that a kubelet sets. */
export function podStatus(pod: KubeObject, stateOf: (container: string) => ContainerState) {
  const containers = podSpecOf(pod).containers.map(({ name, image }) => ({
    name,
    image,
    state: stateOf(name),
  }));
  const states = containers.map(({ state }) => state);
  const phase = phaseOf(states);
  const isReady = states.every((state) => 'running' in state);
  const startTime = at(pod, 'status', 'startTime') ?? timestamp();
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: timestamp(),
  });
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', isReady),
      condition('Initialized', phase !== 'Pending'),
      condition('Ready', isReady),
      condition('ContainersReady', isReady),
      condition('PodScheduled', true),
    ],
    hostIP: POD_IP,
    podIP: POD_IP,
    podIPs: [{ ip: POD_IP }],
    startTime,
    qosClass: 'BestEffort',
    containerStatuses: containers.map(({ name, image, state }) => ({
      ...{ name, image, imageID: '', state, lastState: {} },
      ready: 'running' in state,
      started: 'running' in state,
      restartCount: 0,
    })),
  };
}

/** State of a container in a pod's status; `undefined` before the kubelet has set it. */
export function containerStateOf(
  pod: KubeObject,
  container: string,
): Readonly<Record<string, unknown>> | undefined {
  const statuses = at(pod, 'status', 'containerStatuses');
  const found = (Array.isArray(statuses) ? statuses : []).find(
    (status: unknown) => at(status, 'name') === container,
  );
  const state = at(found, 'state');
  return isRecord(state) ? state : undefined;
}
