import { isFinished, LogPart, Task } from '../client/answers.ts';
import { logParts } from '../client/log-parts.ts';
import type { Client } from './client.ts';
import { Refusal } from './errors.ts';
import type { Context } from './verb.ts';

/** So long, in ms, a server out of reach is asked again before a command that follows a task gives up. */
const PATIENCE_MS = 5 * 60_000;

/** Between two looks at a task, in ms: the first one, and the longest. */
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3_000;

type Follow = {
  /** Its name, or that of a build. */
  readonly task: string;
  /** Begin with the last so many lines. */
  readonly tail?: number | undefined;
};

/**
 * Writes the log of a task or a build as it grows, to its end or until nobody reads it. A log that goes with its pod (a
 * cancelled task's) ends with what was read of it.
 */
export async function followLog({ client, screen, wait }: Context, { task, tail }: Follow): Promise<void> {
  const ask = (cursor: string | undefined) => logPart(client, task, { cursor, tail: tail?.toString() });
  for await (const part of logParts({ ask, wait })) {
    screen.write(part.log);
    if (part.log === '') screen.progress(`${task} is ${part.state}…`);
    if (screen.isClosed()) break;
  }
}

async function logPart(
  client: Client,
  task: string,
  { cursor, tail }: { readonly cursor: string | undefined; readonly tail: string | undefined },
) {
  try {
    const query = cursor === undefined ? { tail } : { cursor };
    const path = ['tasks', task, 'logs'];
    return (await client.ask(LogPart, { method: 'GET', path, query, patienceMs: PATIENCE_MS })).value;
  } catch (error) {
    if (error instanceof Refusal && error.status === 410) return 'gone';
    throw error;
  }
}

/** The task once it has ended. */
export async function untilFinished({ client, screen, wait }: Context, name: string): Promise<Task> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const request = { method: 'GET', path: ['tasks', name], patienceMs: PATIENCE_MS } as const;
    const { value: task } = await client.ask(Task, request);
    if (isFinished(task.state)) return task;
    screen.progress(`${name} is ${task.state}…`);
    await wait(pause);
  }
}

/** As a shell has them: of a process that SIGTERM ended, and of `timeout`. */
const CANCELLED = 143;
const TIMED_OUT = 124;

/** The task's own exit code; 1 of a task that failed before its command ran. */
export function exitCodeOf({ state, exitCode }: Task): number {
  if (state === 'succeeded') return 0;
  if (state === 'cancelled') return CANCELLED;
  return state === 'timedOut' ? TIMED_OUT : (exitCode ?? 1);
}
