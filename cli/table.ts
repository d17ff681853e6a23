import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';

export type Column<T> = {
  readonly title: string;
  readonly value: (row: T) => string | undefined;
  /** Only with `-o wide`. */
  readonly wide?: boolean;
};

/** Stands for what there is not, as `kubectl` writes it. */
const NONE = '<none>';

/** Between two columns, as `kubectl` and Kf have it. */
const GAP = '   ';

/**
 * Lines of a table, the titles first. Where the terminal is `width` cells wide, longer lines are cut: a line that
 * breaks is no row any more. A newline in a value is a space.
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

/** In cells of a terminal, of which a Korean letter takes two. */
const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
