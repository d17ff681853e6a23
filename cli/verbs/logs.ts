import * as v from 'valibot';
import { LogPart, Task } from '../api/responses.ts';
import type { Client } from '../client.ts';
import { CliError } from '../errors.ts';
import { listAll } from '../list.ts';
import { kindsOf } from '../other-kind.ts';
import { type Follow, followLog, showPart } from '../tail.ts';
import type { Context, Verb } from '../verb.ts';

export const logs: Verb = {
  name: 'logs',
  group: 'Tasks',
  summary: "show a task's or a build's log",
  more: 'The name of an app or a job follows its newest task.',
  args: [{ name: '<task>', description: 'task or build; or app or job, for its newest task' }],
  flags: [
    { flags: '-f, --follow', description: 'follow the log until the task ends' },
    { flags: '--recent', description: 'do not follow the newest task of an app or job' },
    { flags: '-n, --tail <lines>', description: 'start with this many last lines' },
    { flags: '--task', description: "Kf's flag: the default here", hidden: true },
  ],
  examples: [
    ['logs billing-mdfqk', 'the whole log'],
    ['logs billing-mdfqk -f --tail 20', 'the last 20 lines, then new ones'],
    ['logs billing', "follows the app's newest task"],
    ['logs report --recent', "the log of the job's newest task, as it is now"],
    ['logs billing-build-0123456789 -f', "a build's log, phase by phase"],
  ],
  run: async (context, given) => {
    const name = given.argument(0);
    const tail = given.count('tail');
    const follow = given.isSet('follow');
    try {
      await showLog(context, { task: name, tail }, follow);
    } catch (error) {
      if (!(error instanceof CliError) || error.status !== 404) throw error;
      const task = await newestOf(context.client, name);
      if (task === undefined) throw error;
      context.screen.note(`Log of ${task}, the newest task of ${name}.`);
      await showLog(context, { task, tail }, follow || !given.isSet('recent'));
    }
    return undefined;
  },
};

async function showLog(context: Context, log: Follow, follow: boolean): Promise<void> {
  if (!follow) return readLog(context, log);
  context.onInterrupt(`${log.task} keeps running. To see its log: taskbridge logs ${log.task} -f.`);
  await followLog(context, log);
}

async function readLog({ client, screen }: Context, { task, tail }: Follow): Promise<void> {
  let query: Record<string, string | undefined> = { tail: tail?.toString() };
  let more = true;
  while (more && !screen.isClosed()) {
    const { value } = await client.request(LogPart, { method: 'GET', path: ['tasks', task, 'logs'], query });
    showPart(screen, value);
    more = value.more;
    query = { cursor: value.cursor };
  }
  screen.endLog();
}

/** Name of the newest task of an app or a job; `undefined` where the name is neither. Throws a `CliError` where it has no task. */
async function newestOf(client: Client, name: string): Promise<string | undefined> {
  const [kind] = await kindsOf(client, name);
  if (kind === undefined || kind === 'task') return undefined;
  const [newest] = await listAll(client, { method: 'GET', path: ['tasks'], query: { [kind]: name } }, 1);
  if (newest !== undefined) return v.parse(Task, newest).name;
  throw new CliError(
    `${kind === 'app' ? 'App' : 'Job'} "${name}" has no tasks. To run one: taskbridge ${kind === 'app' ? 'run-task' : 'run-job'} ${name}.`,
  );
}
