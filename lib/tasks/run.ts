import * as v from 'valibot';
import { Command, Resources } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import type { Builds } from '../builds/builds.ts';
import { resolveImage } from '../builds/current.ts';
import type { FieldError } from '../platform/errors.ts';
import { hashOf } from '../platform/names.ts';
import { shortText, textLike } from '../platform/schema.ts';
import { Args, type TaskSettings, Timeout, Variables } from './overrides.ts';
import { warningsOf } from './shell-names.ts';
import { newTaskSpec, ProcessType, startCommandOf } from './spec.ts';
import { type Started, type StartPorts, startTask } from './start.ts';

/** Ports of running a task. */
export type RunTaskPorts = StartPorts & { readonly apps: Apps; readonly builds: Builds };

/** Display name of a task: one line without control characters, and none that reorder text, as it is shown to others. */
const DisplayName = v.pipe(
  shortText(256),
  v.regex(
    /^[^\x00-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/,
    'It holds a control character: write one line of text.',
  ),
);

/** Fields of a request to run something; what is absent comes from the job and the app. */
export const RUN_FIELDS = {
  command: v.optional(Command),
  /** Instead of a command. */
  process: v.optional(ProcessType),
  /** Arguments after the command. */
  args: v.optional(Args),
  name: v.optional(DisplayName),
  resources: v.optional(Resources),
  env: v.optional(Variables),
  timeout: v.optional(Timeout),
} as const;

/** Key of a request: a repeat with the same key returns the same task. */
export const IdempotencyKey = v.optional(
  textLike(/^[\x21-\x7e]{1,255}$/, '1 to 255 printable characters without a space.'),
);

/** Request to run an app or a job once. Each of its settings wins over the job's own. */
export type RunRequest = TaskSettings & {
  readonly space: string;
  /** Absent: the job's command, else the app's. */
  readonly command?: string | undefined;
  /** Process of a built image, instead of a command. */
  readonly process?: string | undefined;
  /** Arguments after the command. */
  readonly args?: readonly string[] | undefined;
  /** Display name of the task. */
  readonly name?: string | undefined;
  readonly requestedBy: string;
  readonly idempotencyKey?: string | undefined;
};

export type RunTask = RunRequest & { readonly app: string };

/** Task that was started, with warnings of what it lacks. */
export type Ran = Started & { readonly warnings: readonly FieldError[] };

/** Runs a task on an app; see {@link run}. */
export const runTask = (ports: RunTaskPorts, request: RunTask): Promise<Ran> =>
  run(ports, request, { verb: 'run-task', app: request.app });

/** Job that is run: its defaults, and the owner of the task. */
type JobToRun = {
  readonly name: string;
  readonly uid: string;
  readonly spec: TaskSettings & { readonly command?: string | undefined };
};

/**
 * Runs a task of an app or a job now: reads the App, creates the PipelineRun. With an idempotency key the same request
 * again returns the same task, while that task is kept. Cut between the two requests, nothing is left behind; cut after the
 * second the task runs, and a repeat with the key finds it. Throws `notFound`, `conflict` and `invalid`.
 */
export async function run(
  ports: RunTaskPorts,
  request: RunRequest,
  { verb, app: appName, job }: { readonly verb: string; readonly app: string; readonly job?: JobToRun },
): Promise<Ran> {
  const { space, name, args, resources, env, timeout, requestedBy, idempotencyKey } = request;
  const app = await resolveImage(ports, await ports.apps.get(space, appName));
  const start = startCommandOf(app, request, job?.spec);
  const own = { resources, env, timeout };
  const spec = newTaskSpec(ports, { app, job, start, args, displayName: name, own, requestedBy });
  const started = await startTask(
    ports,
    spec,
    idempotencyKey === undefined
      ? undefined
      : { verb, key: idempotencyKey, requestHash: requestHashOf(request) },
  );
  return { ...started, warnings: warningsOf(app.spec, spec.env ?? []) };
}

/**
 * Hash of a request, not of what the app made of it: a repeat stays one when the app was pushed in between. Fields that are
 * absent are left out of it, so that a request without them keeps its hash when there are more of them.
 */
function requestHashOf({ command, name, resources, ...request }: RunRequest): string {
  const { args, env, timeout } = request;
  const isPlain = [args, env, timeout].every((value) => value === undefined);
  const parts = [
    ...[command, name, resources],
    ...(request.process === undefined ? [] : [request.process]),
    ...(isPlain ? [] : [{ args, env, timeout }]),
  ];
  return hashOf([JSON.stringify(parts)], 32);
}
