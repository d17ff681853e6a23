import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

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
 * Formats a table, titles first. Lines are truncated to `width` cells so that each row stays on one line; `undefined`:
 * not truncated. Newlines in a value become spaces.
 */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number | undefined,
): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => value(row)?.replace(/\s+/g, ' ') || NONE)),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => stringWidth(line[at] ?? ''))));
  return cells.map((line) => {
    const text = line.map((cell, at) => pad(cell, at === line.length - 1 ? 0 : (widths[at] ?? 0))).join(GAP);
    return width === undefined ? text : cliTruncate(text, width);
  });
}

/** Pads text to a width in terminal cells, of which a Korean letter takes two. */
const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
