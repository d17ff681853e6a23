import { firstIndex } from './due.ts';
import type { Run } from './history.ts';

/** The runs of a job as they were made, to be asked about any moment. */
export type RunLog = {
  /** The newest occurrence that had run before a moment; minus infinity for none. */
  lastBefore(moment: number): number;
  /** The run that was made last before a moment. */
  latestBefore(moment: number): Run | undefined;
  /** Occurrences that were started by a moment. */
  hasRun(minute: number, by: number): boolean;
  /** The runs that were made from one moment to another, both included. */
  between(from: number, to: number): readonly Run[];
};

export function newRunLog(runs: readonly Run[]): RunLog {
  const made = runs.map(({ at }) => at);
  let newest = Number.NEGATIVE_INFINITY;
  const newestUpTo = runs.map(({ minute }) => {
    newest = Math.max(newest, minute);
    return newest;
  });
  const madeFor = new Map(runs.map(({ minute, at }) => [minute, at]));
  return {
    lastBefore: (moment) => newestUpTo[firstIndex(made, moment) - 1] ?? Number.NEGATIVE_INFINITY,
    latestBefore: (moment) => runs[firstIndex(made, moment) - 1],
    hasRun: (minute, by) => (madeFor.get(minute) ?? Number.POSITIVE_INFINITY) <= by,
    between: (from, to) => runs.slice(firstIndex(made, from), firstIndex(made, to + 1)),
  };
}

export const shown = (time: number): string =>
  Number.isFinite(time) ? new Date(time).toISOString() : 'ever';
