import type { Column } from './table.ts';
import type { Context, Flag, ParsedArgs } from './verb.ts';

/** Output flag, on each verb that reads. */
export const OUTPUT: Flag = {
  flags: '-o, --output <format>',
  description: 'json, yaml, name, or wide (more columns, and times in place of ages)',
  choices: ['json', 'yaml', 'name', 'wide'],
};

type Named = { readonly name: string };

/** Prints a list in the format of `-o`, by default a table. `raw` holds the items as the server sent them. */
export async function showList<T extends Named>(
  { screen }: Context,
  given: ParsedArgs,
  { items, raw, columns }: { items: readonly T[]; raw: readonly unknown[]; columns: readonly Column<T>[] },
): Promise<void> {
  const format = given.text('output');
  if (format === 'json' || format === 'yaml') return screen.write(await serialized(format, { items: raw }));
  if (format === 'name') return screen.write(items.map(({ name }) => `${name}\n`).join(''));
  const shown = columns.filter(({ wide }) => wide !== true || format === 'wide');
  const { tableLines } = await import('./table.ts');
  for (const line of tableLines(shown, items, screen.width)) screen.line(line);
}

/** Prints one resource in the format of `-o`, by default one field a line. `raw` is the response of the server. */
export async function showOne<T extends Named>(
  { screen }: Context,
  given: ParsedArgs,
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

/** Serializes a value. Imports `yaml` on first use, to keep the start of the command fast. */
async function serialized(format: 'json' | 'yaml', value: unknown): Promise<string> {
  if (format === 'json') return `${JSON.stringify(value, undefined, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 });
}
