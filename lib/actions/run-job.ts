import type { Resources } from '../domain/app.ts';
import { startOf } from '../domain/start-command.ts';
import type { Ports } from '../ports.ts';
import { readJob } from './job.ts';
import { newNonce, requestHashOf, type Started, startTask } from './start-task.ts';
import { withImage } from './with-image.ts';

export type RunJob = {
  readonly space: string;
  readonly job: string;
  /** In place of the job's own, and of the app's start command. */
  readonly command?: string | undefined;
  /** The process of a built image, in place of a command. */
  readonly process?: string | undefined;
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
  const start = startOf(app, input, job.spec);
  const { name, resources, requestedBy, idempotencyKey } = input;
  const order = {
    app,
    job,
    ...start,
    displayName: name,
    resources: { ...job.spec.resources, ...resources },
    requestedBy,
    requestedAt: ports.now(),
    nonce: newNonce(ports),
  };
  const requestHash = requestHashOf(input);
  return startTask(
    ports,
    order,
    idempotencyKey === undefined ? undefined : { verb: 'run-job', key: idempotencyKey, requestHash },
  );
}
