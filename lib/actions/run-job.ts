import type { Resources } from '../domain/app.ts';
import { invalid } from '../domain/errors.ts';
import { hashOf } from '../domain/names.ts';
import type { Ports } from '../ports.ts';
import { readJob } from './job.ts';
import { newNonce, type Started, startTask } from './start-task.ts';
import { withImage } from './with-image.ts';

export type RunJob = {
  readonly space: string;
  readonly job: string;
  /** In place of the job's own, and of the app's start command. */
  readonly command?: string | undefined;
  /** The task's display name. */
  readonly name?: string | undefined;
  /** Each in place of the job's own. */
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  readonly idempotencyKey?: string | undefined;
};

/**
 * Runs a job now, beside its schedule, also while it is suspended or another task of it runs. Repeats and cuts are as
 * for run-task.
 */
export async function runJob(ports: Ports, input: RunJob): Promise<Started> {
  const job = await readJob(ports, input.space, input.job);
  const app = await withImage(ports, await ports.apps.get(input.space, job.spec.app));
  const command = input.command ?? job.spec.command ?? app.spec.command;
  if (command === undefined) {
    throw invalid({
      field: 'command',
      message: 'Start command not found on App or Job: give one here, or push the app with one.',
    });
  }
  const { name, resources, requestedBy, idempotencyKey } = input;
  const order = {
    app,
    job,
    command,
    displayName: name,
    resources: { ...job.spec.resources, ...resources },
    requestedBy,
    requestedAt: ports.now(),
    nonce: newNonce(ports),
  };
  const requestHash = hashOf([JSON.stringify([input.command, name, resources])], 32);
  return startTask(
    ports,
    order,
    idempotencyKey === undefined ? undefined : { verb: 'run-job', key: idempotencyKey, requestHash },
  );
}
