import { mapConcurrent } from '../platform/collections.ts';
import { findTask } from '../tasks/find.ts';
import type { Runs } from '../tasks/runs.ts';
import { isFinished } from '../tasks/task.ts';
import { type CancelPorts, onceCancellable } from '../tasks/terminate.ts';

/** Ports of stopping runs that others replace. */
export type ReplacePorts = CancelPorts;

/** Interval between two reads of the runs, in ms. */
const WAIT_MS = 500;

/**
 * Cancels runs and waits, at most `timeoutMs`, until their pods have stopped: a pod has 30 seconds from SIGTERM to SIGKILL.
 * `stoppedAtLast`: stopped after a wait, in which another function may have continued. Idempotent.
 */
export async function stopRuns(
  ports: ReplacePorts,
  space: string,
  names: readonly string[],
  timeoutMs: number,
): Promise<'stopped' | 'stoppedAtLast' | 'stillRunning'> {
  const deadline = ports.now().getTime() + timeoutMs;
  await mapConcurrent(names, (name) => cancel(ports, space, name));
  for (let waited = false; ; waited = true) {
    const stopped = await mapConcurrent(names, (name) => hasStopped(ports, space, name));
    if (stopped.every((is) => is)) return waited ? 'stoppedAtLast' : 'stopped';
    if (ports.now().getTime() >= deadline) return 'stillRunning';
    await ports.wait(WAIT_MS);
  }
}

async function cancel(ports: ReplacePorts, space: string, name: string): Promise<void> {
  const found = await onceCancellable(ports, space, name);
  if (found !== undefined && !isFinished(found.task.state)) await ports.runs.cancel(space, name, 'Replaced');
}

/**
 * True when no process of a run is left. Tekton reports a cancelled run as finished while its pod still stops. A run that
 * ended by itself keeps its pod, in which nothing runs; a deleted run took its pod along.
 */
async function hasStopped(ports: { readonly runs: Runs }, space: string, name: string): Promise<boolean> {
  const found = await findTask(ports, space, name);
  if (found === undefined) return true;
  const { taskRun, task } = found;
  if (!isFinished(task.state)) return false;
  if (task.state === 'succeeded' || task.state === 'failed') return true;
  return taskRun?.pod === undefined || !(await ports.runs.hasPod(space, taskRun.pod));
}
