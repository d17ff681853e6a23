import { timestamp } from '../object.ts';
import type { StartedContainer } from './container-start.ts';
import { messageOf, SKIPPED, skippedMessage } from './entrypoint.ts';

/** Runs the steps of a pod in order. Steps after a failed one are skipped; none starts once the pod is terminating. */
export async function runSteps(steps: readonly StartedContainer[]): Promise<void> {
  let isFailed = false;
  for (const step of steps) {
    if (isFailed) await skip(step);
    else isFailed = (await runStep(step)) !== 0;
  }
}

/** Exit code of a step; `undefined` if the pod was terminating before it started. */
async function runStep(step: StartedContainer): Promise<number | undefined> {
  const { container, files, log, startedAt } = step;
  const begin = new Date();
  const process = step.run(() => step.start(log));
  if (process === undefined) return undefined;
  const exitCode = await process.ended;
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const message = await messageOf(container, files, begin);
  step.setState({ terminated: { exitCode, reason, message, startedAt, finishedAt: timestamp() } });
  return exitCode;
}

async function skip({ log, startedAt, setState }: StartedContainer): Promise<void> {
  const now = new Date();
  log.writeLine(`${now.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} ${SKIPPED}`);
  await log.close();
  const message = skippedMessage(now);
  setState({ terminated: { exitCode: 1, reason: 'Error', message, startedAt, finishedAt: timestamp() } });
}
