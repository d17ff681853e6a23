import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { visible } from './api/terminal-text.ts';

/** Column of a table. */
export type Column<T> = {
  readonly title: string;
  readonly value: (row: T) => string | undefined;
  /** True to show the column only with `-o wide`. */
  readonly wide?: boolean;
};

/** Placeholder for a missing value, as `kubectl` writes it. */
const NONE = '<none>';

/** Gap between two columns, as in `kubectl` and Kf. */
const GAP = '   ';

/**
 * Formats a table, titles first. The last column is cut to what the others leave of `width` cells, but not below its title;
 * `undefined`: not cut. Newlines in a value become spaces, and its control characters are shown.
 */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width = Number.POSITIVE_INFINITY,
): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => visible(value(row)?.replace(/\s+/g, ' ') ?? '') || NONE)),
  ];
  const last = columns.length - 1;
  const widths = columns
    .slice(0, last)
    .map((_, at) => Math.max(...cells.map((line) => stringWidth(line[at] ?? ''))));
  const taken = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const room = Math.max(width - taken, stringWidth(columns[last]?.title ?? ''));
  return cells.map((line) =>
    line.map((cell, at) => (at === last ? cut(cell, room) : pad(cell, widths[at] ?? 0))).join(GAP),
  );
}

/** Cuts text to a width in terminal cells, with a mark at its end. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const shorter = cliTruncate(text, width);
  // It keeps a wide letter of which one cell fits.
  return stringWidth(shorter) <= width ? shorter : cliTruncate(text, width - 1);
}

/** Pads text to a width in terminal cells, of which a Korean letter takes two. */
const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
