import { mkdir, writeFile } from 'node:fs/promises';

/** Folder of the suites' figures, for the report at the end of the run. */
const REPORTS = new URL('../../../.build/faults/', import.meta.url);

/** Figures of one scenario in one suite. */
export type Row = {
  readonly way: string;
  readonly scenario: string;
  readonly calls: number;
  readonly cases: number;
  readonly violations: number;
};

/** Writes a table of figures. */
export const report = (name: string, rows: readonly Row[]): Promise<void> => leave(name, rows);

/** Writes one line of figures, for a suite without a table of calls. */
export const reportLine = (name: string, line: string): Promise<void> => leave(name, { line });

async function leave(name: string, content: unknown): Promise<void> {
  await mkdir(REPORTS, { recursive: true });
  await writeFile(new URL(`${name}.json`, REPORTS), JSON.stringify(content));
}
