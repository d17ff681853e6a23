import { Task } from '../../client/answers.ts';
import { taskColumns } from '../columns.ts';
import { OUTPUT, showOne } from '../output.ts';
import type { Verb } from '../verb.ts';

export const task: Verb = {
  name: 'task',
  group: 'Tasks',
  summary: 'show one task',
  args: [{ name: '<task>', what: 'its name, as `tasks` shows it' }],
  flags: [OUTPUT],
  examples: [
    ['task billing-mdfqk', 'how it does'],
    ['task billing-mdfqk -o json', 'all that is known of it'],
  ],
  run: async (context, given) => {
    const { value: item, raw } = await context.client.ask(Task, {
      method: 'GET',
      path: ['tasks', given.argument(0)],
    });
    const columns = [
      ...taskColumns(context.now()).map((column) => ({ ...column, wide: false })),
      { title: 'Message', value: ({ message }: Task) => message },
    ];
    await showOne(context, given, { item, raw, columns });
    return undefined;
  },
};
