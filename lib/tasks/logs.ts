import { type BuildLogPorts, readBuildLogs } from '../builds/logs.ts';
import { DomainError, notFoundIn } from '../platform/errors.ts';
import { findTask } from './find.ts';
import type { LogArchive, LogStart, Logs } from './log.ts';
import { formatCursor, parseCursor } from './log-cursor.ts';
import { fillPage, LogPage, type LogPageOptions, type LogResponse } from './log-page.ts';
import type { Runs } from './runs.ts';
import { isFinished, type Task } from './task.ts';

/** Ports of reading the log of a task. */
export type LogPorts = BuildLogPorts & { readonly runs: Runs; readonly archive?: LogArchive | undefined };

type ReadLogs = {
  readonly space: string;
  readonly task: string;
  /** Number of lines to start with, from the end; ignored with a cursor. */
  readonly tail?: number | undefined;
  readonly cursor?: string | undefined;
};

/**
 * Reads a page of the log of a task or build, at most 1 MiB. Reading on from each cursor gives each byte once, also while
 * the task writes and when the log moves from its pod to the archive; a page says where lines may be missing, and has them
 * from the archive if that can be. Throws `notFound`, and `gone` when the pod was deleted
 * and no archive has its log.
 */
export async function readLogs(
  ports: LogPorts,
  { space, task: name, tail, cursor }: ReadLogs,
): Promise<LogResponse> {
  const found = await findTask(ports, space, name);
  if (found === undefined) {
    // Builds are PipelineRuns too.
    const answer = await readBuildLogs(ports, { space, build: name, tail, cursor });
    if (answer === undefined) throw notFoundIn(space, `Task "${name}"`);
    return answer;
  }
  const start = cursor === undefined ? undefined : parseCursor(cursor, ports.now());
  const { task, taskRun } = found;
  if (taskRun?.pod === undefined) return { task: name, state: task.state, log: '', more: false };

  const source = { ...ports, pod: taskRun.pod, task: { ...task, space } };
  const options = { start, isTail: start === undefined && tail !== undefined };
  const from = start === undefined ? { tail } : { since: start.since };
  const isEnded = isFinished(task.state);
  const page = new LogPage(options);
  if ((await fillPage(page, () => readPieces(source, from), isEnded)) === 'gone')
    throw goneError(task, ports.archive !== undefined);
  const whole = page.gap === undefined ? page : ((await pageOfArchive(source, options, from)) ?? page);
  return {
    task: name,
    state: task.state,
    log: whole.text,
    ...(whole.gap === undefined ? {} : { gap: whole.gap }),
    ...(whole.cursor === undefined ? {} : { cursor: formatCursor(whole.cursor) }),
    more: whole.isFull,
  };
}

type LogSource = Pick<LogPorts, 'logs' | 'archive' | 'now'> & {
  readonly pod: string;
  readonly task: Task & { readonly space: string };
};

/** Reads the log from the pod, or from the archive when the pod is gone. */
async function readPieces(source: LogSource, from: LogStart): ReturnType<Logs['read']> {
  const pieces = await source.logs.read(source.task.space, source.pod, from);
  return pieces === 'gone' ? readArchive(source, from) : pieces;
}

async function readArchive({ archive, now, pod, task }: LogSource, from: LogStart) {
  const { space, createdAt, finishedAt } = task;
  const lived = { from: new Date(createdAt), to: finishedAt === undefined ? now() : new Date(finishedAt) };
  return archive === undefined ? ('gone' as const) : archive.read(space, pod, lived, from);
}

/** Page with the lines that the node has no more, where the archive has them; it may be out of reach, or late. */
async function pageOfArchive(source: LogSource, options: LogPageOptions, from: LogStart) {
  const page = new LogPage(options);
  try {
    await fillPage(page, () => readArchive(source, from), false);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
  return page.gap === undefined && page.text !== '' ? page : undefined;
}

const NOT_ARCHIVED = ' The log group of this stage has none of it: lines may take a minute to get there.';

function goneError({ name, state }: Task, isArchived: boolean): DomainError {
  const why = isFinished(state)
    ? 'a cancelled, timed out or unstartable task takes its pod along, and a cluster removes old pods'
    : 'it was deleted from the cluster';
  return new DomainError(
    'gone',
    `The log of task "${name}" (${state}) is gone with its pod: ${why}.${isArchived ? NOT_ARCHIVED : ''}`,
  );
}
