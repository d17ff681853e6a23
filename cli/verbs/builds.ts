import { Builds } from '../api/responses.ts';
import { buildColumns } from '../columns.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Verb } from '../verb.ts';

export const builds: Verb = {
  name: 'builds',
  group: 'Apps',
  summary: 'list the builds of an app that was pushed from source',
  more: 'The five newest finished builds are kept, and the one whose image is in use.',
  args: [{ name: '<app>', description: 'name of the app' }],
  flags: [OUTPUT],
  examples: [
    ['builds billing', 'newest first'],
    ['builds billing -o wide', 'with the processes of their images'],
  ],
  run: async (context, given) => {
    const path = ['apps', given.argument(0), 'builds'];
    const { value, raw } = await context.client.request(Builds, { method: 'GET', path });
    const rows = isList(raw) ? raw.items : value.items;
    await showList(context, given, { items: value.items, raw: rows, columns: buildColumns(context.now()) });
    return undefined;
  },
};

const isList = (raw: unknown): raw is { items: readonly unknown[] } =>
  typeof raw === 'object' && raw !== null && 'items' in raw && Array.isArray(raw.items);
