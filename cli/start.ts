import { randomUUID } from 'node:crypto';
import { exitCodeText } from './api/exit-code.ts';
import { StartedTask, type Task } from './api/responses.ts';
import { warnOf } from './api-warnings.ts';
import { reasonOf } from './columns.ts';
import { UsageError } from './errors.ts';
import { ENV, envOf, present, RESOURCES, resourcesOf, some, TIMEOUT } from './flags.ts';
import { exitCodeOf, followLog, untilFinished } from './tail.ts';
import type { Context, Flag, ParsedArgs } from './verb.ts';

/** Flags of run-task and run-job. */
export const START_FLAGS: readonly Flag[] = [
  { flags: '-c, --command <text>', description: 'start command (default: the stored one)' },
  {
    flags: '--process <name>',
    description: "process of the image's Procfile to run",
  },
  { flags: '--name <text>', description: 'display name of the task' },
  ENV,
  ...RESOURCES,
  TIMEOUT,
  { flags: '-w, --wait', description: "follow the log and exit with the task's exit code" },
  {
    flags: '--idempotency-key <key>',
    description: 'start only one task for this key',
  },
];

/** Throws for a command that is given twice. */
export function checkCommand(given: ParsedArgs, positional: string | undefined): void {
  if (positional === undefined || !given.isSet('command')) return;
  throw new UsageError('The command is specified twice: as an argument and with --command. Specify it once.');
}

/** Starts a task at `path`. With `--wait` follows its log and resolves to its exit code. */
export async function startTask(
  context: Context,
  given: ParsedArgs,
  path: readonly string[],
  positional?: string,
): Promise<number | undefined> {
  const { client, screen } = context;
  checkCommand(given, positional);
  if (given.isSet('process') && (positional !== undefined || given.isSet('command'))) {
    throw new UsageError('Specify either a command or --process, not both.');
  }
  const { value: task } = await client.request(StartedTask, {
    method: 'POST',
    path,
    body: present({
      command: given.text('command') ?? positional,
      process: given.text('process'),
      args: some(given.trailing),
      name: given.text('name'),
      env: envOf(given),
      resources: resourcesOf(given),
      timeout: given.text('timeout'),
    }),
    // A retry after a lost response starts no second task.
    idempotencyKey: given.text('idempotency-key') ?? randomUUID(),
  });
  warnOf(context, `task ${task.name}`, task.warnings);
  const started = `Task ${task.name} started.`;
  if (!given.isSet('wait')) {
    screen.line(started);
    screen.line(
      `To see its log: taskbridge logs ${task.name} -f. To list the app's tasks: taskbridge tasks ${task.app}.`,
    );
    return undefined;
  }
  screen.note(started);
  context.onInterrupt(
    `The task keeps running. To see its log: taskbridge logs ${task.name} -f. To stop it: taskbridge terminate-task ${task.name}.`,
  );
  await followLog(context, { task: task.name });
  const ended = await untilFinished(context, task.name);
  screen.note(resultOf(ended));
  return exitCodeOf(ended);
}

/** Summary of an ended task, on one line. */
function resultOf(task: Task): string {
  const { name, state, message, exitCode } = task;
  if (state === 'succeeded') return `Task ${name} succeeded.`;
  const code = exitCode === undefined ? undefined : `exit code ${exitCodeText(exitCode)}`;
  const why = [reasonOf(task), code].filter(Boolean).join(', ');
  const more = exitCode === undefined && state === 'failed' && message !== undefined ? ` ${message}` : '';
  return `Task ${name} ${state === 'timedOut' ? 'timed out' : state}${why === '' ? '' : ` (${why})`}.${more}`;
}
