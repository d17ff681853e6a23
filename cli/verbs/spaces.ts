import * as v from 'valibot';
import { listOf, Space } from '../api/responses.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Verb } from '../verb.ts';

const Spaces = listOf(v.unknown());

export const spaces: Verb = {
  name: 'spaces',
  group: 'Spaces',
  summary: 'list the spaces that you have access to',
  args: [],
  flags: [OUTPUT],
  examples: [['spaces', 'sorted by name; to select one: taskbridge target -s SPACE']],
  run: async (context, given) => {
    const request = { method: 'GET', path: [], everySpace: true } as const;
    const raw = (await context.client.request(Spaces, request)).value.items;
    const items = v.parse(v.array(Space), raw);
    const columns = [{ title: 'Name', value: ({ name }: { name: string }) => name }];
    await showList(context, given, { items, raw, columns });
    return undefined;
  },
};
