import { at, isRecord } from '../kubernetes/object.ts';
import type { PipelineResult } from './run-schema.ts';

/** Folder of a pod's results, one file each. */
export const RESULTS = '/tekton/results';

/** What Tekton puts into a step for `$(results.NAME.path)`. */
export const resultPaths = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [`results.${name}.path`, `${RESULTS}/${name}`]));

/** What a step's entrypoint says of it by the container's termination message. */
type Note = { readonly key: string; readonly value: string; readonly type: number };

/** Type of a note that is a result of the task. */
const RESULT = 1;

/** The notes of a container that has ended. */
export function notesOf(terminated: unknown): readonly Note[] {
  const message = at(terminated, 'message');
  const notes: unknown = typeof message === 'string' ? JSON.parse(message) : [];
  return (Array.isArray(notes) ? notes : []).flatMap((note: unknown) =>
    isRecord(note) ? [{ key: String(note.key), value: String(note.value), type: Number(note.type) }] : [],
  );
}

/** The notes that the status of a step shows: its results, as text; `undefined` when there are none. */
export function resultMessage(notes: readonly Note[]): string | undefined {
  const results = notes.filter(({ type }) => type === RESULT);
  return results.length === 0 ? undefined : JSON.stringify(results);
}

export type Result = { readonly name: string; readonly type: 'string'; readonly value: string };

/** Results of a task by the notes of all its steps: the last one's is the one that stays. */
export const resultsOf = (notes: readonly Note[]): readonly Result[] => [
  ...new Map(
    notes
      .filter(({ type }) => type === RESULT)
      .map(({ key, value }) => [key, { name: key, type: 'string', value } satisfies Result]),
  ).values(),
];

const REFERENCE = /^\$\(tasks\.([^.()]+)\.results\.([^.()]+)\)$/;

/** The task and its result that a pipeline's result stands for; `undefined` for a text that is no such expression. */
export function referenceOf({ value }: PipelineResult): { task: string; result: string } | undefined {
  const [, task, result] = REFERENCE.exec(value) ?? [];
  return task === undefined || result === undefined ? undefined : { task, result };
}

/** The results of a pipeline by its one task's, and the names of those that the task did not give. */
export function pipelineResults(wanted: readonly PipelineResult[], given: unknown) {
  const known = Array.isArray(given) ? given : [];
  const found = wanted.map((result) => ({
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
