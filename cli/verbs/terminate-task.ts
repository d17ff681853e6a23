import { Task } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { untilFinished } from '../tail.ts';
import type { Verb } from '../verb.ts';

export const terminateTask: Verb = {
  name: 'terminate-task',
  group: 'Tasks',
  summary: 'terminate a task: SIGTERM, then SIGKILL after 30 seconds',
  more: 'For a task that has already ended this does nothing and is not an error.',
  args: [
    { name: '<task>', description: 'name of the task, or of the app if an ID follows' },
    { name: '[id]', description: 'ID of the task' },
  ],
  flags: [
    { flags: '--async', description: 'do not wait until the task ends' },
    { flags: '--retries <number>', description: "Kf's flag: requests are always retried", hidden: true },
    { flags: '--retry-delay <time>', description: "Kf's flag", hidden: true },
  ],
  examples: [
    ['terminate-task billing-mdfqk', 'by name'],
    ['terminate-task billing mdfqk', 'by app and ID'],
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    const id = given.optionalArgument(1);
    const path = id === undefined ? ['tasks', given.argument(0)] : ['apps', given.argument(0), 'tasks', id];
    const task = await terminate(client, path);
    if (task === 'ended') {
      const known = id === undefined ? await client.request(Task, { method: 'GET', path }) : undefined;
      const how = known?.value.state === 'cancelled' ? 'terminated' : 'completed';
      screen.note(`Can't terminate ${how} Task`);
      return undefined;
    }
    if (given.isSet('async')) screen.line(`Task ${task.name} is being terminated.`);
    else {
      context.onInterrupt(`The task is still being terminated. To see it: taskbridge task ${task.name}.`);
      const { state } = await untilFinished(context, task.name);
      const how = state === 'cancelled' ? 'is terminated' : `ended before it was terminated: ${state}`;
      screen.line(`Task ${task.name} ${how}.`);
    }
    return undefined;
  },
};

async function terminate(client: Client, path: readonly string[]): Promise<Task | 'ended'> {
  try {
    return (await client.request(Task, { method: 'POST', path: [...path, 'terminate'] })).value;
  } catch (error) {
    if (error instanceof CliError && error.status === 409) return 'ended';
    throw error;
  }
}
