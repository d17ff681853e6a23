import { type BuildLogPorts, readBuildLogs } from '../builds/logs.ts';
import { DomainError, notFoundIn } from '../platform/errors.ts';
import { findTask } from './find.ts';
import type { LogArchive, LogStart, Logs } from './log.ts';
import { countLinesBefore, formatCursor, LogPage, type LogResponse, parseCursor } from './log-page.ts';
import type { Runs } from './runs.ts';
import { isFinished, type Task } from './task.ts';

/** Ports of reading the log of a task. */
type LogPorts = BuildLogPorts & { readonly runs: Runs; readonly archive?: LogArchive | undefined };

type ReadLogs = {
  readonly space: string;
  readonly task: string;
  /** Number of lines to start with, from the end; ignored with a cursor. */
  readonly tail?: number | undefined;
  readonly cursor?: string | undefined;
};

/**
 * Reads a page of the log of a task or build, at most 1 MiB. Reading on from each cursor gives each line once, also while
 * the task writes and when the log moves from its pod to the archive. Throws `notFound`, and `gone` when the pod was deleted
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

  const pod = taskRun.pod;
  const read = (from: LogStart) => readLines(ports, { ...task, space }, pod, from);
  const first = start === undefined ? { tail } : { since: start.since };
  const of = { task, isArchived: ports.archive !== undefined };
  const page = new LogPage(start);
  let more = await fill(page, await read(first), of);
  // A kubelet sometimes returns nothing for a container that has just ended.
  if (page.isEmpty && isFinished(task.state)) more = await fill(page, await read(first), of);

  const before = start === undefined && tail !== undefined ? await countLinesBefore(read, page) : undefined;
  const next = page.cursor(before);
  return {
    task: name,
    state: task.state,
    log: page.text,
    ...(next === undefined ? {} : { cursor: formatCursor(next) }),
    more,
  };
}

/** Reads lines from the pod, or from the archive when the pod is gone. */
async function readLines(
  { logs, archive, now }: LogPorts,
  { space, createdAt, finishedAt }: Task & { readonly space: string },
  pod: string,
  start: LogStart,
): ReturnType<Logs['read']> {
  const lines = await logs.read(space, pod, start);
  if (lines !== 'gone' || archive === undefined) return lines;
  const lived = { from: new Date(createdAt), to: finishedAt === undefined ? now() : new Date(finishedAt) };
  return archive.read(space, pod, lived, start);
}

/** Fills the page; true when it is full. Leaving the loop early closes the connection: the rest is not read. */
async function fill(
  page: LogPage,
  lines: Awaited<ReturnType<Logs['read']>>,
  { task, isArchived }: { readonly task: Task; readonly isArchived: boolean },
): Promise<boolean> {
  if (lines === 'gone') throw goneError(task, isArchived);
  if (lines === 'notStarted') return false;
  for await (const line of lines) {
    if (!page.add(line)) return true;
  }
  return false;
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
