import * as v from 'valibot';
import { LogPart, Task } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { listAll } from '../list.ts';
import { followLog } from '../tail.ts';
import type { Context, Verb } from '../verb.ts';

export const logs: Verb = {
  name: 'logs',
  group: 'Tasks',
  summary: "show a task's or a build's log",
  args: [{ name: '<task>', description: 'name of the task or build; with --task, of the app' }],
  flags: [
    { flags: '-f, --follow', description: 'follow the log until the task ends' },
    { flags: '-n, --tail <lines>', description: 'start with this many last lines' },
    { flags: '--task', description: 'show the log of the newest task of the app' },
    { flags: '--recent', description: "cf's flag: the default here", hidden: true },
  ],
  examples: [
    ['logs billing-mdfqk', 'the whole log'],
    ['logs billing-mdfqk -f --tail 20', 'the last 20 lines, then new ones'],
    ['logs billing --task -f', "the newest task's log"],
    ['logs billing-build-0123456789 -f', "a build's log, phase by phase"],
  ],
  run: async (context, given) => {
    const name = given.argument(0);
    const task = given.isSet('task') ? await newestOf(context.client, name) : name;
    const tail = given.count('tail');
    if (given.isSet('follow')) {
      context.onInterrupt(`${task} keeps running. To see its log: taskbridge logs ${task} -f.`);
      await followLog(context, { task, tail });
    } else await readLog(context, task, tail);
    return undefined;
  },
};

async function readLog({ client, screen }: Context, task: string, tail: number | undefined): Promise<void> {
  let query: Record<string, string | undefined> = { tail: tail?.toString() };
  let more = true;
  while (more && !screen.isClosed()) {
    const { value } = await client.request(LogPart, { method: 'GET', path: ['tasks', task, 'logs'], query });
    screen.write(value.log);
    more = value.more;
    query = { cursor: value.cursor };
  }
}

async function newestOf(client: Client, app: string): Promise<string> {
  const [newest] = await listAll(client, { method: 'GET', path: ['tasks'], query: { app } }, 1);
  if (newest === undefined)
    throw new CliError(`App "${app}" has no tasks. To run one: taskbridge run-task ${app}.`);
  return v.parse(Task, newest).name;
}
