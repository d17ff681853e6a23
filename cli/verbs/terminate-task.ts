import { TerminatedTask } from '../api/responses.ts';
import { CliError } from '../errors.ts';
import { untilFinished } from '../tail.ts';
import type { Context, Verb } from '../verb.ts';

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
    {
      flags: '--log',
      description: 'print the end of its log, at most 64 KiB',
    },
    { flags: '--async', description: 'do not wait until the task ends' },
  ],
  examples: [
    ['terminate-task billing-mdfqk', 'by name'],
    ['terminate-task billing mdfqk', 'by app and ID'],
    ['terminate-task billing-mdfqk --log', 'with the last lines that it wrote before'],
  ],
  run: async (context, given) => {
    const { screen } = context;
    const id = given.optionalArgument(1);
    const path = id === undefined ? ['tasks', given.argument(0)] : ['apps', given.argument(0), 'tasks', id];
    const task = await terminate(context, path);
    if (task === undefined) return undefined;
    if (given.isSet('log')) showLog(context, task);
    if (given.isSet('async')) screen.line(`Task ${task.name} is being terminated.`);
    else {
      context.onInterrupt(`The task is still being terminated. To see it: taskbridge task ${task.name}.`);
      const { state } = await untilFinished(context, task.name);
      if (state === 'cancelled') screen.line(`Task ${task.name} is terminated.`);
      else screen.note(`Task "${task.name}" has already ended (${state}).`);
    }
    return undefined;
  },
};

function showLog({ screen }: Context, { name, log }: TerminatedTask): void {
  if (log === undefined) screen.warn(`The log of task ${name} could not be read before it is deleted.`);
  else screen.log(log === '' || log.endsWith('\n') ? log : `${log}\n`);
  screen.endLog();
}

/** Asks for the end of a task; prints that it has ended before, and resolves to `undefined` then. */
async function terminate(
  { client, screen }: Context,
  path: readonly string[],
): Promise<TerminatedTask | undefined> {
  try {
    return (await client.request(TerminatedTask, { method: 'POST', path: [...path, 'terminate'] })).value;
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== 'ended') throw error;
    screen.note(error.message);
    return undefined;
  }
}
