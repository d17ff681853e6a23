import * as v from 'valibot';
import { Build } from '../api/responses.ts';
import { buildColumns } from '../columns.ts';
import { listAll } from '../list.ts';
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
    ['builds billing -o wide', 'with their images and processes'],
  ],
  run: async (context, given) => {
    const path = ['apps', given.argument(0), 'builds'];
    const raw = await listAll(context.client, { method: 'GET', path });
    const items = v.parse(v.array(Build), raw);
    await showList(context, given, { items, raw, columns: buildColumns(context) });
    return undefined;
  },
};
