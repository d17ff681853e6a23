import { Task } from '../api/responses.ts';
import { taskColumns } from '../columns.ts';
import { OUTPUT, showOne } from '../output.ts';
import type { Verb } from '../verb.ts';

export const task: Verb = {
  name: 'task',
  group: 'Tasks',
  summary: 'show a task',
  args: [{ name: '<task>', description: 'name of the task, as in `tasks`' }],
  flags: [OUTPUT],
  examples: [
    ['task billing-mdfqk', 'its state and settings'],
    ['task billing-mdfqk -o json', 'all fields'],
  ],
  run: async (context, given) => {
    const { value: item, raw } = await context.client.request(Task, {
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
