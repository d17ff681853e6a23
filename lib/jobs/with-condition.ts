import type { JobCondition } from './job.ts';

/** Condition to write; {@link withCondition} adds the rest. */
export type ConditionUpdate = Omit<JobCondition, 'lastTransitionTime' | 'observedGeneration'>;

/** Conditions of a job with `update` in place of the one of its type; the same array when nothing changes. */
export function withCondition(
  conditions: readonly JobCondition[],
  update: ConditionUpdate,
  { generation, now }: { readonly generation: number; readonly now: Date },
): readonly JobCondition[] {
  const old = conditions.find(({ type }) => type === update.type);
  const isSame =
    old?.status === update.status && old.reason === update.reason && old.message === update.message;
  if (isSame && old.observedGeneration === generation) return conditions;
  const lastTransitionTime = old?.status === update.status ? old.lastTransitionTime : now;
  return [
    ...conditions.filter(({ type }) => type !== update.type),
    { ...update, lastTransitionTime, observedGeneration: generation },
  ];
}
