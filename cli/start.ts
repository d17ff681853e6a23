import { randomUUID } from 'node:crypto';
import { Task } from '../client/answers.ts';
import { UsageError } from './errors.ts';
import { present, RESOURCES, resourcesOf } from './flags.ts';
import { exitCodeOf, followLog, untilFinished } from './follow.ts';
import type { Context, Flag, Given } from './verb.ts';

/** Flags of run-task and run-job. */
export const START_FLAGS: readonly Flag[] = [
  { flags: '-c, --command <text>', what: 'the start command, in place of the stored one' },
  {
    flags: '--process <name>',
    what: "a process of the built image's Procfile, in place of a command",
  },
  { flags: '--name <text>', what: 'a name to show beside the task' },
  ...RESOURCES,
  { flags: '--wait', what: "follow the log and exit with the task's own exit code" },
  {
    flags: '--idempotency-key <key>',
    what: 'run nothing a second time under this key: for scripts that repeat',
  },
];

/** Starts a task at `path`; with `--wait` follows it, and resolves to its exit code. */
export async function startTask(
  context: Context,
  given: Given,
  path: readonly string[],
  positional?: string,
): Promise<number | undefined> {
  const { client, screen } = context;
  if (positional !== undefined && given.isSet('command')) {
    throw new UsageError('The command is given twice: as an argument, and with --command. Give it once.');
  }
  if (given.isSet('process') && (positional !== undefined || given.isSet('command'))) {
    throw new UsageError('A command and --process are given: a task runs one of them. Give one.');
  }
  const { value: task } = await client.ask(Task, {
    method: 'POST',
    path,
    body: present({
      command: given.text('command') ?? positional,
      process: given.text('process'),
      name: given.text('name'),
      resources: resourcesOf(given),
    }),
    // An answer that is lost on the way is asked for again, and the task is still one.
    idempotencyKey: given.text('idempotency-key') ?? randomUUID(),
  });
  const submitted = `Task ${task.name} is submitted successfully for execution.`;
  if (!given.isSet('wait')) {
    screen.line(submitted);
    screen.line(
      `Its log: taskbridge logs ${task.name} -f. All tasks of the app: taskbridge tasks ${task.app}.`,
    );
    return undefined;
  }
  screen.note(submitted);
  context.onInterrupt(
    `The task goes on. Its log: taskbridge logs ${task.name} -f. Its end: taskbridge terminate-task ${task.name}.`,
  );
  await followLog(context, { task: task.name });
  const ended = await untilFinished(context, task.name);
  screen.note(endOf(ended));
  return exitCodeOf(ended);
}

/** How a task ended, in a line. */
function endOf({ name, state, reason, message, exitCode }: Task): string {
  if (state === 'succeeded') return `Task ${name} succeeded.`;
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  const why = reason === undefined ? '' : ` (${reason}${code})`;
  const more = exitCode === undefined && state === 'failed' && message !== undefined ? ` ${message}` : '';
  return `Task ${name} ${state === 'timedOut' ? 'timed out' : state}${why}.${more}`;
}
