import { type App, imageOf, type Resources } from '../apps/app.ts';
import type { Start } from '../apps/start-command.ts';
import { isEnded } from '../builds/build.ts';
import type { Builds } from '../builds/builds.ts';
import { builtImageOf, toBuild } from '../builds/result.ts';
import { conflict } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import type { TaskEvent } from './event.ts';

/** Task to start: the input of its PipelineRun. */
export type TaskSpec = {
  readonly app: App;
  /** Job whose task it is: owns the run and gives it its name. Absent: the app does. */
  readonly job?: { readonly name: string; readonly uid: string } | undefined;
  /** End of the run's name. */
  readonly id: string;
  readonly command: string;
  /** Process of a built image that is started instead of a command; `command` is then its program. */
  readonly process?: string | undefined;
  readonly displayName?: string | undefined;
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Random value by which a create whose answer was lost finds its own run. */
  readonly nonce: string;
  /** Hash of the request that an idempotency key stands for. */
  readonly requestHash?: string | undefined;
  /** Occurrence that the task is for. */
  readonly scheduledTime?: Date | undefined;
  /** Event that the task is for. */
  readonly event?: TaskEvent | undefined;
  /** Created as queued, to be admitted later. */
  readonly queued?: boolean | undefined;
};

/** Spec of a task whose id is chosen when its run is created. */
export type NewTaskSpec = Omit<TaskSpec, 'id' | 'requestHash' | 'scheduledTime' | 'event'>;

type NewTask = {
  /** With the image that the task runs on; see {@link resolveImage}. */
  readonly app: App;
  readonly job?: { readonly name: string; readonly uid: string; readonly spec: JobDefaults } | undefined;
  readonly start: Start;
  readonly displayName?: string | undefined;
  /** Each wins over the job's own. */
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  /** Held back for another reason than the app's limit. */
  readonly queued?: boolean;
};

type JobDefaults = { readonly resources?: Resources | undefined };

/** Spec of a new task, requested now. Queued where its app limits the running tasks. */
export const newTaskSpec = (
  ports: { readonly now: () => Date; readonly random: (bytes: number) => Uint8Array },
  { app, job, start, resources, queued = false, ...task }: NewTask,
): NewTaskSpec => ({
  ...task,
  ...start,
  app,
  job,
  resources: { ...job?.spec.resources, ...resources },
  requestedAt: ports.now(),
  nonce: newNonce(ports),
  queued: queued || app.spec.maxRunning !== undefined,
});

/**
 * Returns the app with the image that its tasks run on. A build that had not ended when the reconcile last looked is read
 * again, in one request, and its image is used if it succeeded. Throws `conflict` when there is no image yet.
 */
export async function resolveImage({ builds }: { readonly builds: Builds }, app: App): Promise<App> {
  if (app.spec.image !== undefined) return app;
  const { build } = app;
  if (build !== undefined && !isEnded(build.state)) {
    const run = await builds.find(app.space, build.name);
    const isGood = run?.ownerUid === app.uid && toBuild(run).state === 'succeeded';
    const built = isGood ? builtImageOf(run) : undefined;
    if (built !== undefined) return { ...app, built };
  }
  if (imageOf(app) !== undefined) return app;
  throw conflict(missingImageMessage(app));
}

/** Explains why an app that is built from source has no image. */
function missingImageMessage({ name, build }: App): string {
  if (build === undefined)
    return `App "${name}" has no image yet: its build has not started. Try again in a minute.`;
  if (!isEnded(build.state))
    return `App "${name}" has no image yet: build "${build.name}" is ${build.state}. Try again when it has ended.`;
  const what =
    build.name === '' ? 'its source could not be built' : `build "${build.name}" is ${build.state}`;
  const why = [build.reason, build.message].filter((part) => part !== undefined).join(': ');
  return `App "${name}" has no image: ${what} (${why}). Push it again.`;
}
