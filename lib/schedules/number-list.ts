/** The values in ascending order, each once. */
export const ascending = (values: Iterable<number>): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);

/**
 * Ascending values as a cron list: three or more in a row as a range (`0-2,22,23`). Ranges go upwards alone.
 * `show` gives a value another name.
 */
export function listText(values: readonly number[], show: (value: number) => string = String): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs
    .map((run) =>
      run.length < 3 ? run.map(show).join(',') : `${run.slice(0, 1).map(show)}-${run.slice(-1).map(show)}`,
    )
    .join(',');
}

/**
 * The step of ascending values that go evenly from the first to the end of a field whose greatest value is `last`,
 * as `n/step` means it. Three values at least.
 */
export function stepToEnd(values: readonly number[], last: number): number | undefined {
  const [first = 0, second = 0] = values;
  const step = second - first;
  const even = values.every((value, index) => value === first + index * step);
  return even && values.length >= 3 && first + values.length * step > last ? step : undefined;
}
