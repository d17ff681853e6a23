import { escaped, isUnsafe } from './api/terminal-text.ts';
import type { Column } from './table.ts';
import type { Context, Flag, ParsedArgs } from './verb.ts';

/** Output flag, on each verb that reads. */
export const OUTPUT: Flag = {
  flags: '-o, --output <format>',
  description: 'format; wide has all columns, uncut',
  choices: ['json', 'yaml', 'name', 'wide'],
};

type Named = { readonly name: string };

/** True where the output is a table: without `-o`, or with `-o wide`. */
export const isTable = (given: ParsedArgs): boolean => ['wide', undefined].includes(given.text('output'));

/**
 * Prints a list in the format of `-o`, by default a table that fits the terminal; `-o wide` is not cut. `raw` holds the items
 * as the server sent them.
 */
export async function showList<T extends Named>(
  { screen }: Context,
  given: ParsedArgs,
  { items, raw, columns }: { items: readonly T[]; raw: readonly unknown[]; columns: readonly Column<T>[] },
): Promise<void> {
  const format = given.text('output');
  if (format === 'json' || format === 'yaml') return screen.write(await serialized(format, { items: raw }));
  if (format === 'name') {
    for (const { name } of items) screen.line(name);
    return;
  }
  const wide = format === 'wide';
  const shown = wide ? columns : columns.filter((column) => column.wide !== true);
  const { tableLines } = await import('./table.ts');
  for (const line of tableLines(shown, items, wide ? undefined : screen.width)) screen.line(line);
}

/** Prints one resource in the format of `-o`, by default all columns, one a line. `raw` is the response of the server. */
export async function showOne<T extends Named>(
  { screen }: Context,
  given: ParsedArgs,
  { item, raw, columns }: { item: T; raw: unknown; columns: readonly Column<T>[] },
): Promise<void> {
  const format = given.text('output');
  if (format === 'json' || format === 'yaml') return screen.write(await serialized(format, raw));
  if (format === 'name') return screen.line(item.name);
  const lines = columns.flatMap(({ title, value }) => {
    const text = value(item);
    return text === undefined ? [] : [{ title: `${title}:`, text }];
  });
  const width = Math.max(...lines.map(({ title }) => title.length));
  for (const { title, text } of lines)
    for (const [at, line] of text.split('\n').entries())
      screen.line(`${(at === 0 ? title : '').padEnd(width)}   ${line}`);
}

/**
 * Serializes a value, with escapes for control characters, which a terminal would obey. Imports `yaml` on first use, to keep
 * the start of the command fast.
 */
export async function serialized(format: 'json' | 'yaml', value: unknown): Promise<string> {
  if (format === 'json') return `${escaped(JSON.stringify(value, undefined, 2))}\n`;
  const { stringify } = await import('yaml');
  const plain = stringify(value, { lineWidth: 0 });
  // Only a double-quoted string can hold an escape.
  return isUnsafe(plain)
    ? escaped(stringify(value, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }))
    : plain;
}
