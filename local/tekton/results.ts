import { at, isRecord } from '../kubernetes/object.ts';
import type { PipelineResult } from './run-schema.ts';

/** Folder of a pod's results, one file each. */
export const RESULTS = '/tekton/results';

/** Values of `$(results.NAME.path)`. */
export const resultPaths = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`results.${name}.path`, `${RESULTS}/${name}`]));

/** Entry of a termination message: a result or internal data of a step. */
type MessageEntry = { readonly key: string; readonly value: string; readonly type: number };

/** Type of an entry that is a task result. */
const RESULT = 1;

/** Entries of a terminated container's message. */
export function messageEntries(terminated: unknown): readonly MessageEntry[] {
  const message = at(terminated, 'message');
  const entries: unknown = typeof message === 'string' ? JSON.parse(message) : [];
  return (Array.isArray(entries) ? entries : []).flatMap((note: unknown) =>
    isRecord(note) ? [{ key: String(note.key), value: String(note.value), type: Number(note.type) }] : [],
  );
}

/** Task results of a step as JSON, for its status; `undefined` if there are none. */
export function resultMessage(entries: readonly MessageEntry[]): string | undefined {
  const results = entries.filter(({ type }) => type === RESULT);
  return results.length === 0 ? undefined : JSON.stringify(results);
}

export type Result = { readonly name: string; readonly type: 'string'; readonly value: string };

/** Task results of all steps; the last step wins. */
export const resultsOf = (entries: readonly MessageEntry[]): readonly Result[] => [
  ...new Map(
    entries
      .filter(({ type }) => type === RESULT)
      .map(({ key, value }) => [key, { name: key, type: 'string', value } satisfies Result]),
  ).values(),
];

const REFERENCE = /^\$\(tasks\.([^.()]+)\.results\.([^.()]+)\)$/;

/** Task and result that a pipeline result refers to; `undefined` if its value is no such expression. */
export function referenceOf({ value }: PipelineResult): { task: string; result: string } | undefined {
  const [, task, result] = REFERENCE.exec(value) ?? [];
  return task === undefined || result === undefined ? undefined : { task, result };
}

/** Pipeline results from the task's results, and the names of those that are missing. */
export function pipelineResults(declared: readonly PipelineResult[], taskResults: unknown) {
  const known = Array.isArray(taskResults) ? taskResults : [];
  const found = declared.map((result) => ({
    name: result.name,
    value: at(
      known.find((one: unknown) => at(one, 'name') === referenceOf(result)?.result),
      'value',
    ),
  }));
  return {
    results: found.filter(({ value }) => value !== undefined),
    missing: found.filter(({ value }) => value === undefined).map(({ name }) => name),
  };
}
