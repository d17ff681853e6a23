import { at, type KubeObject, timestamp } from '../kubernetes/object.ts';

export type Condition = {
  readonly type: 'Succeeded';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
};

/** `Succeeded` condition of a run. */
export function conditionOf(
  object: KubeObject,
): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
  const conditions = at(object, 'status', 'conditions');
  const found: unknown = Array.isArray(conditions) ? conditions[0] : undefined;
  const status = at(found, 'status');
  if (status !== 'True' && status !== 'False' && status !== 'Unknown') return undefined;
  return { status, reason: String(at(found, 'reason')), message: String(at(found, 'message')) };
}

/** Tests if a run has ended, successfully or not. */
export const isDone = (object: KubeObject): boolean =>
  ['True', 'False'].includes(conditionOf(object)?.status ?? '');

/** Conditions of a run's status. `lastTransitionTime` changes with status, reason or message. */
export function conditionsOf(
  old: KubeObject,
  status: Condition['status'],
  reason: string,
  message: string,
): readonly unknown[] {
  const before = conditionOf(old);
  const same = before?.status === status && before.reason === reason && before.message === message;
  const conditions = at(old, 'status', 'conditions');
  if (same && Array.isArray(conditions)) return conditions;
  return [{ type: 'Succeeded', status, reason, message, lastTransitionTime: timestamp() }];
}
