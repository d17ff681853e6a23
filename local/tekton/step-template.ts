import { isRecord } from '../kubernetes/object.ts';
import type { Step, StepTemplate } from './run-schema.ts';

/**
 * Merges a step with its task's template, as Tekton's strategic merge does: the step's value wins, `env` merges by name
 * and `volumeMounts` by path. Lists keep the step's order; an entry of the template alone goes right before the entry
 * that it precedes there (measured).
 */
export function withTemplate(step: Step, template: StepTemplate | undefined): Step {
  if (template === undefined) return step;
  const { env, volumeMounts, securityContext, computeResources, ...rest } = template;
  const known = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
  const own = Object.entries(step).filter(([, value]) => value !== undefined && value !== null);
  return {
    ...Object.fromEntries(known),
    ...Object.fromEntries(own),
    ...optional('env', mergeLists(step.env, env, 'name')),
    ...optional('volumeMounts', mergeLists(recordsOf(step.volumeMounts), volumeMounts, 'mountPath')),
    ...optional('securityContext', mergeMaps(securityContext, step.securityContext)),
    ...optional('computeResources', mergeMaps(computeResources, step.computeResources)),
  };
}

const optional = <T>(field: string, value: T | undefined): Readonly<Record<string, T>> =>
  value === undefined ? {} : { [field]: value };

const recordsOf = (value: unknown): readonly Record<string, unknown>[] | undefined =>
  Array.isArray(value) ? value.filter(isRecord) : undefined;

function mergeLists<T extends Readonly<Record<string, unknown>>>(
  step: readonly T[] | null | undefined,
  template: readonly T[] | null | undefined,
  key: string,
): T[] | undefined {
  if (!step && !template) return undefined;
  const order = (template ?? []).map((one) => one[key]);
  const own = [...(step ?? [])];
  const others = (template ?? []).filter((one) => !own.some((mine) => mine[key] === one[key]));
  const merged: T[] = [];
  for (const other of others) {
    while (own[0] !== undefined && !(order.indexOf(own[0][key]) > order.indexOf(other[key])))
      merged.push(...own.splice(0, 1));
    merged.push(other);
  }
  return [...merged, ...own];
}

/** Merges nested objects; lists are replaced. */
function mergeMaps(first: unknown, second: unknown): unknown {
  if (!isRecord(first) || !isRecord(second)) return second ?? first;
  const both = Object.keys({ ...first, ...second });
  return Object.fromEntries(both.map((key) => [key, mergeMaps(first[key], second[key])]));
}
