import { gapNote, logParts } from './api/log-parts.ts';
import { pauseAfter } from './api/poll.ts';
import { isFinished, LogPart, Task } from './api/responses.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';
import type { Context } from './verb.ts';

/** Total time for retries while a command follows a task and the server is unreachable, in ms. */
const TIMEOUT_MS = 5 * 60_000;

/** Log to show. */
export type Follow = {
  /** Name of a task or a build. */
  readonly task: string;
  /** Number of last lines to start with; absent: the whole log. */
  readonly tail?: number | undefined;
};

/**
 * Follows the log of a task or a build until it ends or the output is closed. A log that is deleted with its pod (after
 * a cancel) ends where reading stopped, with the reason on stderr.
 */
export async function followLog({ client, screen, wait }: Context, { task, tail }: Follow): Promise<void> {
  const read = async (cursor: string | undefined) => {
    const part = await logPart(client, task, { cursor, tail: tail?.toString() });
    if ('state' in part) return part;
    screen.warn(part.message);
    return 'gone';
  };
  for await (const part of logParts({ read, wait })) {
    showPart(screen, part);
    if (part.log === '' && !isFinished(part.state)) screen.progress(`${task} is ${part.state}…`);
    if (screen.isClosed()) break;
  }
  screen.endLog();
}

/** Prints a part of a log, and to stderr where lines may be missing before it. */
export function showPart(screen: Terminal, part: LogPart): void {
  const note = gapNote(part);
  if (note !== undefined) screen.warn(note);
  screen.log(part.log);
}

/** Reads a part of a log; an error where the log is gone. */
async function logPart(
  client: Client,
  task: string,
  { cursor, tail }: { readonly cursor: string | undefined; readonly tail: string | undefined },
): Promise<LogPart | CliError> {
  try {
    const query = cursor === undefined ? { tail } : { cursor };
    const path = ['tasks', task, 'logs'];
    return (await client.request(LogPart, { method: 'GET', path, query, timeoutMs: TIMEOUT_MS })).value;
  } catch (error) {
    if (error instanceof CliError && error.status === 410) return error;
    throw error;
  }
}

/** Waits until a task ends, and returns it. */
export async function untilFinished({ client, screen, wait }: Context, name: string): Promise<Task> {
  for (let waitedMs = 0; ; waitedMs += pauseAfter(waitedMs)) {
    const request = { method: 'GET', path: ['tasks', name], timeoutMs: TIMEOUT_MS } as const;
    const { value: task } = await client.request(Task, request);
    if (isFinished(task.state)) return task;
    screen.progress(`${name} is ${task.state}…`);
    await wait(pauseAfter(waitedMs));
  }
}

/** Exit codes of a shell: for a process ended by SIGTERM, and of `timeout`. */
const CANCELLED = 143;
const TIMED_OUT = 124;

/** Exit code of a task; 1 where it failed before its command ran. */
export function exitCodeOf({ state, exitCode }: Task): number {
  if (state === 'succeeded') return 0;
  if (state === 'cancelled') return CANCELLED;
  return state === 'timedOut' ? TIMED_OUT : (exitCode ?? 1);
}
