import { isFinished, isParked } from '../domain/task.ts';
import type { Ports } from '../ports.ts';
import { type FoundTask, findTask } from './find-task.ts';

/** Tekton names the TaskRun of a new run after some 50 to 200 ms; a busy one takes longer. */
const LONGEST_WAIT_MS = 5_000;
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
  const deadline = ports.now().getTime() + LONGEST_WAIT_MS;
  for (;;) {
    const found = await findTask(ports, space, name);
    if (found === undefined) return undefined;
    const { run, task } = found;
    if (run.taskRun !== undefined || isFinished(task.state) || isParked(run)) return found;
    if (ports.now().getTime() >= deadline) return found;
    await ports.wait(WAIT_MS);
  }
}
