import { Task } from '../../client/answers.ts';
import type { Client } from '../client.ts';
import { Refusal } from '../errors.ts';
import { untilFinished } from '../follow.ts';
import type { Verb } from '../verb.ts';

export const terminateTask: Verb = {
  name: 'terminate-task',
  group: 'Tasks',
  summary: 'end a task: SIGTERM, and SIGKILL 30 seconds later',
  more: 'A task that has ended already stays as it is, and that is no error.',
  args: [
    { name: '<task>', what: "the task's name, or the app's when an id follows" },
    { name: '[id]', what: "the task's id" },
  ],
  flags: [
    { flags: '--async', what: 'do not wait for its end' },
    { flags: '--retries <number>', what: "Kf's: a server out of reach is asked again anyway", hidden: true },
    { flags: '--retry-delay <time>', what: "Kf's", hidden: true },
  ],
  examples: [
    ['terminate-task billing-mdfqk', 'by its name'],
    ['terminate-task billing mdfqk', 'by app and id'],
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    const id = given.optionalArgument(1);
    const path = id === undefined ? ['tasks', given.argument(0)] : ['apps', given.argument(0), 'tasks', id];
    const task = await terminate(client, path);
    if (task === 'ended') {
      const known = id === undefined ? await client.ask(Task, { method: 'GET', path }) : undefined;
      const how = known?.value.state === 'cancelled' ? 'terminated' : 'completed';
      screen.note(`Can't terminate ${how} Task`);
      return undefined;
    }
    if (given.isSet('async')) screen.line(`Task ${task.name} is being terminated.`);
    else {
      context.onInterrupt(`The task ends all the same: taskbridge task ${task.name}.`);
      const { state } = await untilFinished(context, task.name);
      const how = state === 'cancelled' ? 'is terminated' : `ended by itself: ${state}`;
      screen.line(`Task ${task.name} ${how}.`);
    }
    return undefined;
  },
};

async function terminate(client: Client, path: readonly string[]): Promise<Task | 'ended'> {
  try {
    return (await client.ask(Task, { method: 'POST', path: [...path, 'terminate'] })).value;
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return 'ended';
    throw error;
  }
}
