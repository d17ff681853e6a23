import * as v from 'valibot';
import { App } from '../api/responses.ts';
import { appColumns } from '../columns.ts';
import { LIMIT } from '../flags.ts';
import { listAll } from '../list.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Verb } from '../verb.ts';

export const apps: Verb = {
  name: 'apps',
  aliases: ['a'],
  group: 'Apps',
  summary: 'list the apps of the space',
  args: [],
  flags: [LIMIT, OUTPUT],
  examples: [
    ['apps', 'sorted by name'],
    ['apps -o name', 'only the names, for scripts'],
  ],
  run: async (context, given) => {
    const raw = await listAll(context.client, { method: 'GET', path: ['apps'] }, given.count('limit'));
    const items = v.parse(v.array(App), raw);
    await showList(context, given, { items, raw, columns: appColumns(context) });
    return undefined;
  },
};
