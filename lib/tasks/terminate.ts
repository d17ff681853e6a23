import { conflict } from '../platform/errors.ts';
import type { Ports } from '../platform/ports.ts';
import { type FoundTask, findRunName, findTask, readTask, type TaskRef } from './find.ts';
import { isFinished, isQueued, type Task } from './task.ts';

/**
 * Asks for a task's end: SIGTERM to its processes, SIGKILL 30 s later. Answers before they have stopped. Terminating a
 * task that is being terminated is done again without harm; a finished one is refused with its state.
 */
export async function terminateTask(ports: Ports, ref: TaskRef): Promise<Task> {
  const name = await findRunName(ports, ref);
  const found = await onceCancellable(ports, ref.space, name);
  if (found !== undefined) refuseFinished(found);
  const outcome = await ports.runs.cancel(ref.space, name);
  const after = await readTask(ports, ref.space, name);
  // It may have ended by itself between the read and the patch. Cancelled it is what was asked for: a patch whose
  // answer was lost is sent again, and then finds the run ended by the first.
  if (outcome === 'finished' && after.task.state !== 'cancelled') refuseFinished(after);
  return after.task;
}

function refuseFinished({ task }: FoundTask): void {
  if (isFinished(task.state)) {
    throw conflict(
      `Task "${task.name}" can't be terminated: it has ended already, its state is ${task.state}.`,
    );
  }
}

/** Tekton names the TaskRun of a new run after some 50 to 200 ms; a busy one takes longer. */
const MAX_WAIT_MS = 5_000;
const WAIT_MS = 50;

/**
 * Waits until the run names its TaskRun. Tekton cancels what the run names at that moment: a TaskRun that is just being
 * made is missed, the run is "Cancelled", and the command runs on (seen on 1.9 in a sixth of the cancels within 50 ms
 * of the create). Where no TaskRun is named in time, the controller is not at work, and the cancel comes before it.
 * `undefined` for a run that is not there.
 */
export async function onceCancellable(
  ports: Ports,
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
