import { conflict } from '../domain/errors.ts';
import { isFinished, type Task } from '../domain/task.ts';
import type { Ports } from '../ports.ts';
import { onceCancellable } from './cancel-run.ts';
import { type FoundTask, findRunName, readTask, type TaskRef } from './find-task.ts';

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
