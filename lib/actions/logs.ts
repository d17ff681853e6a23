import { DomainError } from '../domain/errors.ts';
import { formatCursor, isSameLine, type LinesBefore, LogPage, parseCursor } from '../domain/log.ts';
import { isFinished, type Task, type TaskState } from '../domain/task.ts';
import type { Logs, Ports } from '../ports.ts';
import { readTask } from './find-task.ts';

export type ReadLogs = {
  readonly space: string;
  readonly task: string;
  /** Begin with the last so many lines; a cursor goes before it. */
  readonly tail?: number | undefined;
  readonly cursor?: string | undefined;
};

export type LogAnswer = {
  readonly task: string;
  readonly state: TaskState;
  readonly log: string;
  /** Absent as long as there was no line: ask again without it. */
  readonly cursor?: string | undefined;
  /** The answer is full, and the log goes on: ask again at once. When false and the task has ended, this was the end. */
  readonly more: boolean;
};

/**
 * A part of a task's log, at most 1 MiB. Reading on from each answer's cursor gives each line once, also while the task
 * writes. Throws `gone` when the pod, and the log with it, is no more.
 */
export async function logs(ports: Ports, { space, task: name, tail, cursor }: ReadLogs): Promise<LogAnswer> {
  const start = cursor === undefined ? undefined : parseCursor(cursor, ports.now());
  const { task, taskRun } = await readTask(ports, space, name);
  if (taskRun?.pod === undefined) return { task: name, state: task.state, log: '', more: false };

  const pod = taskRun.pod;
  const read = () => ports.logs.read(space, pod, start === undefined ? { tail } : { since: start.since });
  const page = new LogPage(start);
  let more = await fill(page, await read(), task);
  // A kubelet answers now and then with nothing for a container that ended this moment.
  if (page.isEmpty && isFinished(task.state)) more = await fill(page, await read(), task);

  const before =
    start === undefined && tail !== undefined ? await linesBefore(ports.logs, space, pod, page) : undefined;
  const next = page.cursor(before);
  return {
    task: name,
    state: task.state,
    log: page.text,
    ...(next === undefined ? {} : { cursor: formatCursor(next) }),
    more,
  };
}

/** Leaving the loop early closes the connection: what does not fit is not read. */
async function fill(page: LogPage, lines: Awaited<ReturnType<Logs['read']>>, task: Task): Promise<boolean> {
  if (lines === 'gone') throw goneWith(task);
  if (lines === 'notStarted') return false;
  for await (const line of lines) {
    if (!page.add(line)) return true;
  }
  return false;
}

/** A tail may begin within the second from which its cursor counts: the lines of that second before it, by a look back. */
async function linesBefore(
  logs: Logs,
  space: string,
  pod: string,
  { beginning, since }: LogPage,
): Promise<LinesBefore | undefined> {
  if (beginning === undefined || since === undefined) return undefined;
  const lines = await logs.read(space, pod, { since });
  if (typeof lines === 'string') return undefined;
  let newest = '';
  let count = 0;
  let alike = 0;
  // Of lines that are alike, one after another, the answer has the last: a coarse clock gives a burst one time.
  for await (const line of lines) {
    if (isSameLine(line, beginning.line)) alike += 1;
    else if (alike > 0) break;
    else count += 1;
    if (line.time > newest) newest = line.time;
  }
  return alike === 0 ? undefined : { count: count + alike - beginning.count, newest };
}

function goneWith({ name, state }: Task): DomainError {
  const why = isFinished(state)
    ? 'a cancelled, timed out or unstartable task takes its pod along, and a cluster removes old pods'
    : 'it was deleted from the cluster';
  return new DomainError('gone', `The log of task "${name}" (${state}) is gone with its pod: ${why}.`);
}
