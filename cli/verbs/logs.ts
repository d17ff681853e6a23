import * as v from 'valibot';
import { LogPart, Task } from '../../client/answers.ts';
import type { Client } from '../client.ts';
import { Refusal } from '../errors.ts';
import { followLog } from '../follow.ts';
import { listAll } from '../list.ts';
import type { Context, Verb } from '../verb.ts';

export const logs: Verb = {
  name: 'logs',
  group: 'Tasks',
  summary: "show a task's or a build's log",
  args: [{ name: '<task>', what: "the name of the task or the build; with --task the app's" }],
  flags: [
    { flags: '-f, --follow', what: 'go on until it ends' },
    { flags: '-n, --tail <lines>', what: 'begin with the last so many lines' },
    { flags: '--task', what: 'of the newest task of the app' },
    { flags: '--recent', what: "cf's: a log ends by itself unless -f is given", hidden: true },
  ],
  examples: [
    ['logs billing-mdfqk', 'all of it'],
    ['logs billing-mdfqk -f --tail 20', 'the last 20 lines, and those to come'],
    ['logs billing --task -f', 'of the newest task of the app'],
    ['logs billing-build-0123456789 -f', 'of a build, phase by phase'],
  ],
  run: async (context, given) => {
    const name = given.argument(0);
    const task = given.isSet('task') ? await newestOf(context.client, name) : name;
    const tail = given.count('tail');
    if (given.isSet('follow')) {
      context.onInterrupt(`It goes on. Its log: taskbridge logs ${task} -f.`);
      await followLog(context, { task, tail });
    } else await readLog(context, task, tail);
    return undefined;
  },
};

async function readLog({ client, screen }: Context, task: string, tail: number | undefined): Promise<void> {
  let query: Record<string, string | undefined> = { tail: tail?.toString() };
  let more = true;
  while (more && !screen.isClosed()) {
    const { value } = await client.ask(LogPart, { method: 'GET', path: ['tasks', task, 'logs'], query });
    screen.write(value.log);
    more = value.more;
    query = { cursor: value.cursor };
  }
}

async function newestOf(client: Client, app: string): Promise<string> {
  const [newest] = await listAll(client, { method: 'GET', path: ['tasks'], query: { app } }, 1);
  if (newest === undefined)
    throw new Refusal(`App "${app}" has no task: run one with "taskbridge run-task ${app}".`);
  return v.parse(Task, newest).name;
}
