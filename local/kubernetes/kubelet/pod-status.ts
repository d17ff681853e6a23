import { at, isRecord, type KubeObject, timestamp } from '../object.ts';
import { POD_IP } from './environment.ts';
import { podSpecOf } from './pod-spec.ts';

/** How a pod's one container stands. */
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | {
      readonly terminated: {
        readonly exitCode: number;
        readonly reason: string;
        readonly startedAt: string;
        readonly finishedAt: string;
      };
    };

/** Phase of a pod whose container stands so. */
function phaseOf(state: ContainerState): string {
  if ('waiting' in state) return 'Pending';
  if ('running' in state) return 'Running';
  return state.terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
}

/** Status of a pod, with the conditions that a kubelet gives. */
export function podStatus(pod: KubeObject, state: ContainerState) {
  const phase = phaseOf(state);
  const isReady = 'running' in state;
  const [{ name, image }] = podSpecOf(pod).containers;
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
      condition('Initialized', !('waiting' in state)),
      condition('Ready', isReady),
      condition('ContainersReady', isReady),
      condition('PodScheduled', true),
    ],
    hostIP: POD_IP,
    podIP: POD_IP,
    podIPs: [{ ip: POD_IP }],
    startTime,
    qosClass: 'BestEffort',
    containerStatuses: [
      {
        name,
        image,
        imageID: '',
        state,
        lastState: {},
        ready: isReady,
        started: isReady,
        restartCount: 0,
      },
    ],
  };
}

/** How the container of a pod stands, by its status; `undefined` until the kubelet has seen it. */
export function containerStateOf(pod: KubeObject): Readonly<Record<string, unknown>> | undefined {
  const statuses = at(pod, 'status', 'containerStatuses');
  const state = at(Array.isArray(statuses) ? statuses[0] : undefined, 'state');
  return isRecord(state) ? state : undefined;
}
