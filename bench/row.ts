import { median } from './statistics.ts';

/** One figure of the bench. Its anchor, measured in the same run, has the same title with "anchor: " before it. */
export type Row = {
  readonly group: string;
  readonly what: string;
  readonly unit: 'ms' | 'a second' | 'files';
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  /** Ratio to its anchor. */
  readonly ratio?: number;
  /** By how much it is above its anchor. */
  readonly above?: number;
  readonly requests?: number;
  readonly readKB?: number;
  /** Bytes read, beside those of the anchor. */
  readonly readRatio?: number;
  readonly cpuMs?: number;
  readonly peakMB?: number;
  readonly gzippedKB?: number;
  readonly aim?: string;
  /** Source files that were counted; in the results file alone. */
  readonly files?: readonly string[];
  /** Counts of the work done. */
  readonly outcome?: string;
};

/** Median and spread of measured values. */
export const figureOf = (values: readonly number[], digits = 1) => ({
  median: rounded(median(values), digits),
  least: rounded(Math.min(...values), digits),
  greatest: rounded(Math.max(...values), digits),
});

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The rows as one table, as wide as a terminal takes. */
export function printTable(rows: readonly Row[]): void {
  console.table(
    rows.map((row) => ({
      what: `${row.group}: ${row.what}`,
      median: `${row.median} ${row.unit}`,
      spread: `${row.least}–${row.greatest}`,
      beside: besideOf(row),
      requests: row.requests ?? '',
      'read KB': row.readKB ?? '',
      more: moreOf(row),
      aim: row.aim ?? '',
    })),
  );
}

function besideOf({ ratio, above, readRatio }: Row): string {
  return [
    ...(ratio === undefined ? [] : [`×${ratio}`]),
    ...(above === undefined ? [] : [`+${above}`]),
    ...(readRatio === undefined ? [] : [`bytes ×${readRatio}`]),
  ].join(', ');
}

function moreOf({ cpuMs, peakMB, gzippedKB, outcome }: Row): string {
  return [
    ...(cpuMs === undefined ? [] : [`${cpuMs} ms of the processor`]),
    ...(peakMB === undefined ? [] : [`${peakMB} MB at most`]),
    ...(gzippedKB === undefined ? [] : [`${gzippedKB} KB gzipped`]),
    ...(outcome === undefined || outcome === '' ? [] : [outcome]),
  ].join(', ');
}
