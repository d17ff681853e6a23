import type { Resources } from '../apps/app.ts';
import { startCommandOf } from '../apps/start-command.ts';
import { newNonce } from '../platform/names.ts';
import type { Ports } from '../platform/ports.ts';
import { resolveImage } from '../tasks/resolve-image.ts';
import { requestHashOf, type Started, startTask } from '../tasks/start.ts';
import { validJob } from './job.ts';

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
  const job = validJob(await ports.jobs.get(input.space, input.job));
  const app = await resolveImage(ports, await ports.apps.get(input.space, job.spec.app));
  const start = startCommandOf(app, input, job.spec);
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
