import { ended, notFoundIn } from '../platform/errors.ts';
import { type FoundTask, findRunName, findTask, getTask, type TaskRef } from './find.ts';
import { readLastLog } from './last-log.ts';
import type { Logs } from './log.ts';
import type { Runs } from './runs.ts';
import { isFinished, isQueued, type Task } from './task.ts';

/** Ports of cancelling a run. */
export type CancelPorts = {
  readonly runs: Runs;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

/** Ports of terminating a task. A read of `logs` ends within two seconds. */
export type TerminatePorts = CancelPorts & { readonly logs: Logs };

/** Task that is being terminated, with the end of its log, which its pod takes along; absent where it can't be read. */
export type TerminatedTask = Task & { readonly log?: string | undefined };

/**
 * Terminates a task: SIGTERM to its processes, SIGKILL 30 s later. Returns before they have stopped. Repeating it is safe.
 * Throws `notFound` for a run that does not exist or is not ours, and `ended` for a finished task.
 */
export async function terminateTask(ports: TerminatePorts, ref: TaskRef): Promise<TerminatedTask> {
  const name = await findRunName(ports, ref);
  const found = await onceCancellable(ports, ref.space, name);
  // A run of others is not found, and must not be cancelled.
  if (found === undefined) throw notFoundIn(ref.space, `Task "${name}"`);
  refuseFinished(found.task);
  const pod = found.taskRun?.pod;
  const log = pod === undefined ? undefined : await readLastLog(ports.logs, ref.space, pod);
  const outcome = await ports.runs.cancel(ref.space, name);
  const task = await getTask(ports, { space: ref.space, task: name });
  // It may have ended by itself between the read and the patch. A cancelled one is no error: a patch whose answer was
  // lost is sent again, and then finds the run that the first one ended.
  if (outcome === 'finished' && task.state !== 'cancelled') refuseFinished(task);
  return { ...task, ...(log === undefined ? {} : { log }) };
}

function refuseFinished({ name, state }: Task): void {
  if (isFinished(state)) throw ended(`Task "${name}" has already ended (${state}).`);
}

/** Tekton names the TaskRun of a new run within 50 to 200 ms; a busy controller takes longer. */
const MAX_WAIT_MS = 5_000;
const WAIT_MS = 50;

/**
 * Waits until the run names its TaskRun. Tekton cancels the TaskRun that the run names at that moment: one that is just
 * being created is missed, the run is "Cancelled", and the command runs on (seen on 1.9 in a sixth of the cancels within
 * 50 ms of the create). After 5 s without a TaskRun the controller is not running, and the cancel comes before it.
 * `undefined` for a run that does not exist.
 */
export async function onceCancellable(
  ports: CancelPorts,
  space: string,
  name: string,
): Promise<FoundTask | undefined> {
  const deadline = ports.now().getTime() + MAX_WAIT_MS;
  for (;;) {
    const found = await findTask(ports, space, name);
    if (found === undefined) return undefined;
    const { run, task } = found;
    if (run.taskRun !== undefined || isFinished(task.state) || isQueued(run)) return found;
    if (ports.now().getTime() >= deadline) return found;
    await ports.wait(WAIT_MS);
  }
}
