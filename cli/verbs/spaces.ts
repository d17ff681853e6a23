import { OUTPUT, showList } from '../output.ts';
import { listSpaces } from '../space-names.ts';
import type { Verb } from '../verb.ts';

export const spaces: Verb = {
  name: 'spaces',
  group: 'Spaces',
  summary: 'list the spaces that you have access to',
  args: [],
  flags: [OUTPUT],
  examples: [['spaces', 'sorted by name; to select one: taskbridge target -s SPACE']],
  run: async (context, given) => {
    const columns = [{ title: 'Name', value: ({ name }: { name: string }) => name }];
    await showList(context, given, { ...(await listSpaces(context.client)), columns });
    return undefined;
  },
};
