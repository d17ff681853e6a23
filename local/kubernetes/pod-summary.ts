import { at, isRecord, type KubeObject } from './object.ts';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const statuses = (pod: KubeObject): readonly unknown[] => list(at(pod, 'status', 'containerStatuses'));

/** Ready containers of all: `1/1`. */
export function readyOf(pod: KubeObject): string {
  const ready = statuses(pod).filter((status) => at(status, 'ready') === true).length;
  return `${ready}/${list(at(pod, 'spec', 'containers')).length}`;
}

/** STATUS of `kubectl get pods`: the reason of a waiting or terminated container, else the phase. */
export function summaryOf(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const reasons = statuses(pod).flatMap((status) => {
    const state = at(status, 'state');
    if (!isRecord(state)) return [];
    return Object.values(state).flatMap((inner) => {
      const reason = at(inner, 'reason');
      return typeof reason === 'string' ? [reason] : [];
    });
  });
  return reasons[0] ?? String(at(pod, 'status', 'phase'));
}
