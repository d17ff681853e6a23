import * as v from 'valibot';
import { exitCodeText } from '../api/exit-code.ts';
import { Task } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { taskColumns } from '../columns.ts';
import { CliError } from '../errors.ts';
import { listAll } from '../list.ts';
import { OUTPUT, showOne } from '../output.ts';
import type { Column } from '../table.ts';
import type { ParsedArgs, Verb } from '../verb.ts';

const EXIT_CODE: Column<Task> = {
  title: 'ExitCode',
  value: ({ exitCode }) => (exitCode === undefined ? undefined : exitCodeText(exitCode)),
};

export const task: Verb = {
  name: 'task',
  group: 'Tasks',
  summary: 'show a task',
  args: [
    { name: '<task>', description: 'name of the task, or of the app if an ID follows' },
    { name: '[id]', description: 'ID of the task' },
  ],
  flags: [OUTPUT],
  examples: [
    ['task billing-mdfqk', 'its state and settings'],
    ['task billing mdfqk', 'by app and ID'],
    ['task billing-mdfqk -o json', 'all fields'],
  ],
  run: async (context, given) => {
    const { value: item, raw } = await context.client.request(Task, {
      method: 'GET',
      path: ['tasks', await nameOf(context.client, given)],
    });
    const columns = [
      ...taskColumns(context).map((column) => (column.title === 'ExitCode' ? EXIT_CODE : column)),
      { title: 'Trace', value: ({ traceparent }: Task) => traceparent },
      { title: 'Message', value: ({ message }: Task) => message },
    ];
    await showOne(context, given, { item, raw, columns });
    return undefined;
  },
};

/** Name of the task: the argument, or that of the app's task with the ID. */
async function nameOf(client: Client, given: ParsedArgs): Promise<string> {
  const [app, id] = [given.argument(0), given.optionalArgument(1)];
  if (id === undefined) return app;
  const tasks = v.parse(
    v.array(Task),
    await listAll(client, { method: 'GET', path: ['tasks'], query: { app } }),
  );
  const found = tasks.find((task) => task.id === id);
  if (found !== undefined) return found.name;
  throw new CliError(
    `App "${app}" has no task with the ID "${id}". To list its tasks: taskbridge tasks ${app}.`,
  );
}
