import type { Column } from './table.ts';
import type { Context, Flag, Given } from './verb.ts';

/** On every verb that reads. */
export const OUTPUT: Flag = {
  flags: '-o, --output <format>',
  what: 'json, yaml, name, or wide: a table with more columns, and times in place of ages',
  choices: ['json', 'yaml', 'name', 'wide'],
};

type Named = { readonly name: string };

/** Shows a list as `-o` says: a table unless it says otherwise. `raw` is what the server answered. */
export async function showList<T extends Named>(
  { screen }: Context,
  given: Given,
  { items, raw, columns }: { items: readonly T[]; raw: readonly unknown[]; columns: readonly Column<T>[] },
): Promise<void> {
  const format = given.text('output');
  if (format === 'json' || format === 'yaml') return screen.write(await serialized(format, { items: raw }));
  if (format === 'name') return screen.write(items.map(({ name }) => `${name}\n`).join(''));
  const shown = columns.filter(({ wide }) => wide !== true || format === 'wide');
  const { tableLines } = await import('./table.ts');
  for (const line of tableLines(shown, items, screen.width)) screen.line(line);
}

/** Shows one thing as `-o` says: a field a line unless it says otherwise; `wide` has more fields. */
export async function showOne<T extends Named>(
  { screen }: Context,
  given: Given,
  { item, raw, columns }: { item: T; raw: unknown; columns: readonly Column<T>[] },
): Promise<void> {
  const format = given.text('output');
  if (format === 'json' || format === 'yaml') return screen.write(await serialized(format, raw));
  if (format === 'name') return screen.line(item.name);
  const lines = columns
    .filter(({ wide }) => wide !== true || format === 'wide')
    .flatMap(({ title, value }) => {
      const text = value(item);
      return text === undefined ? [] : [{ title: `${title}:`, text }];
    });
  const width = Math.max(...lines.map(({ title }) => title.length));
  for (const { title, text } of lines) screen.line(`${title.padEnd(width)}   ${text}`);
}

/** Loaded when it is asked for, as the tables are: each package is a good part of the command's start. */
async function serialized(format: 'json' | 'yaml', value: unknown): Promise<string> {
  if (format === 'json') return `${JSON.stringify(value, undefined, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 });
}
