import * as v from 'valibot';
import { type KubeObject, timestamp } from '../object.ts';
import { PODS } from '../resources.ts';
import type { Store } from '../store.ts';
import { podSpecOf } from './pod-spec.ts';
import { type ContainerState, containerStateOf, podStatus } from './pod-status.ts';

const State = v.union([
  v.object({ waiting: v.object({ reason: v.string(), message: v.exactOptional(v.string()) }) }),
  v.object({ running: v.object({ startedAt: v.string() }) }),
  v.object({
    terminated: v.object({
      exitCode: v.number(),
      reason: v.string(),
      message: v.exactOptional(v.string()),
      startedAt: v.string(),
      finishedAt: v.string(),
    }),
  }),
]);

/**
 * States of a pod's containers as an earlier kubelet recorded them; `undefined` if it started none of them, so that the pod can
 * still run.
 */
export function recordedStates(pod: KubeObject): ReadonlyMap<string, ContainerState> | undefined {
  const states = podSpecOf(pod).containers.flatMap(({ name }) => {
    const parsed = v.safeParse(State, containerStateOf(pod, name));
    return parsed.success ? [[name, parsed.output] as const] : [];
  });
  const isNew = states.every(([, state]) => 'waiting' in state && state.waiting.message === undefined);
  return isNew ? undefined : new Map(states);
}

/** Exit code and reason of a container that was running when its node restarted, as containerd has it. */
const LOST = { exitCode: 255, reason: 'Unknown' };

/**
 * Ends the containers that were running when the last kubelet of this store stopped: how they ended is not known. Returns the
 * number of their pods.
 */
export function endLostPods(store: Store): number {
  const lost = store.all(PODS).flatMap((pod) => {
    const states = recordedStates(pod);
    const isRunning = [...(states?.values() ?? [])].some((state) => 'running' in state);
    return states !== undefined && isRunning ? [{ pod, states }] : [];
  });
  for (const { pod, states } of lost) {
    const status = podStatus(pod, (name) => endOf(states.get(name)));
    store.replace(PODS, { ...pod, status });
  }
  return lost.length;
}

function endOf(state: ContainerState | undefined): ContainerState {
  if (state !== undefined && 'terminated' in state) return state;
  const startedAt = state !== undefined && 'running' in state ? state.running.startedAt : timestamp();
  return { terminated: { ...LOST, startedAt, finishedAt: timestamp() } };
}
