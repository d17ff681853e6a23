import type { Resources } from '../apps/app.ts';
import { startCommandOf } from '../apps/start-command.ts';
import { newNonce } from '../platform/names.ts';
import type { Ports } from '../platform/ports.ts';
import { resolveImage } from './resolve-image.ts';
import { requestHashOf, type Started, startTask } from './start.ts';

export type RunTask = {
  readonly space: string;
  readonly app: string;
  /** Absent: the app's start command. */
  readonly command?: string | undefined;
  /** The process of a built image, in place of a command. */
  readonly process?: string | undefined;
  /** The task's display name. */
  readonly name?: string | undefined;
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  readonly idempotencyKey?: string | undefined;
};

/**
 * Runs a task on an app: reads the App, creates the PipelineRun. With an idempotency key the same request again finds
 * the same task for as long as it is kept. Cut between the two requests, nothing is left behind; cut after the second
 * the task runs, and a repeat with the key finds it.
 */
export async function runTask(ports: Ports, input: RunTask): Promise<Started> {
  const app = await resolveImage(ports, await ports.apps.get(input.space, input.app));
  const start = startCommandOf(app, input);
  const { name, resources, requestedBy, idempotencyKey } = input;
  const order = {
    app,
    ...start,
    displayName: name,
    resources,
    requestedBy,
    requestedAt: ports.now(),
    nonce: newNonce(ports),
  };
  const requestHash = requestHashOf(input);
  return startTask(
    ports,
    order,
    idempotencyKey === undefined ? undefined : { verb: 'run-task', key: idempotencyKey, requestHash },
  );
}
