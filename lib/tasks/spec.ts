import type * as v from 'valibot';
import type { App, Resources } from '../apps/app.ts';
import type { EnvVar } from '../apps/env-var.ts';
import { invalid } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import { textLike } from '../platform/schema.ts';
import { newTrace, type TraceContext } from '../platform/trace.ts';
import type { BackfillMark } from './backfill.ts';
import type { TaskEvent } from './event.ts';
import { mergeSettings, type Overrides, overridesOf, type TaskSettings } from './overrides.ts';
import { setsTrace } from './trace.ts';

/** Process type of a built image, such as `worker`: the key of a Procfile entry. */
export const ProcessType = textLike(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'the name of a process, such as worker.',
);
export type ProcessType = v.InferOutput<typeof ProcessType>;

/** Process type that a task of a built image starts by default; Cloud Foundry's name for it. */
const TASK_PROCESS = 'task';

/** Start command of a task: a command for the entrypoint, or the program of a process type. */
export type Start = { readonly command: string; readonly process?: string | undefined };

const ofProcess = (type: string): Start => ({ command: `/cnb/process/${type}`, process: type });

type StartRequest = {
  readonly command?: string | undefined;
  readonly process?: string | undefined;
  readonly args?: readonly string[] | undefined;
};

/**
 * Start command of a task without one of its own: the job's, else the app's, else the process `task` of a built image.
 * `undefined` where there is none.
 */
export function defaultStart(
  { spec, built }: App,
  job: Pick<StartRequest, 'command'> = {},
): Start | undefined {
  const command = job.command ?? spec.command;
  if (command !== undefined) return { command };
  const hasProcess = spec.image === undefined && built?.processes.includes(TASK_PROCESS);
  return hasProcess ? ofProcess(TASK_PROCESS) : undefined;
}

/**
 * Start command of a requested task: the request's command or process, else {@link defaultStart}. Throws `invalid` where
 * there is none, where the request has both, for a process that the image lacks, and for a process with args.
 */
export function startCommandOf(app: App, request: StartRequest, job?: Pick<StartRequest, 'command'>): Start {
  const start = requestedStart(app, request, job);
  if (start.process === undefined || !request.args?.length) return start;
  throw invalid({
    field: 'args',
    message: `Process "${start.process}" takes no arguments beside those in the Procfile: give a command, or leave them out.`,
  });
}

function requestedStart(app: App, request: StartRequest, job?: Pick<StartRequest, 'command'>): Start {
  if (request.command !== undefined && request.process !== undefined)
    throw invalid({ field: 'process', message: 'Give a command or a process, not both.' });
  if (request.process !== undefined) return processOf(app, request.process);
  const start = request.command === undefined ? defaultStart(app, job) : { command: request.command };
  if (start !== undefined) return start;
  const notFound =
    job === undefined ? 'Start command not found on App or Task' : 'Start command not found on App or Job';
  const message = `${notFound}: give one here, or push the app with one.`;
  throw invalid({ field: 'command', message });
}

function processOf({ name, spec, built }: App, type: string): Start {
  if (spec.image !== undefined || built === undefined) {
    throw invalid({
      field: 'process',
      message: `App "${name}" runs an image that was not built from source: give a command.`,
    });
  }
  if (built.processes.includes(type)) return ofProcess(type);
  const processes = built.processes.join(', ');
  throw invalid({
    field: 'process',
    message:
      `The image of app "${name}" has no process "${type}"` +
      (processes === '' ? ', nor any other: give a command.' : `: it has ${processes}. Or give a command.`),
  });
}

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
  /** Arguments after the command. */
  readonly args?: readonly string[] | undefined;
  readonly displayName?: string | undefined;
  readonly resources?: Resources | undefined;
  /** Variables over the app's. */
  readonly env?: readonly EnvVar[] | undefined;
  /** Timeout in seconds, in place of the app's. */
  readonly timeout?: number | undefined;
  /** Names of what the request set. */
  readonly overrides?: Overrides | undefined;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Random value by which a create whose answer was lost finds its own run. */
  readonly nonce: string;
  /** Trace that the task continues. Absent where its own variables name one. */
  readonly trace?: TraceContext | undefined;
  /** Hash of the request that an idempotency key stands for. */
  readonly requestHash?: string | undefined;
  /** Occurrence that the task is for. */
  readonly scheduledTime?: Date | undefined;
  /** Mark of a backfill's run, which is created as queued. */
  readonly backfill?: BackfillMark | undefined;
  /** Event that the task is for. */
  readonly event?: TaskEvent | undefined;
  /** Extended resource of a GPU, where the stage names another than NVIDIA's. */
  readonly gpuResource?: string | undefined;
  /** Created as queued, to be admitted later. */
  readonly queued?: boolean | undefined;
};

/** Spec of a task whose id is chosen when its run is created. */
export type NewTaskSpec = Omit<TaskSpec, 'id' | 'requestHash' | 'scheduledTime' | 'event'>;

type NewTask = {
  /** With the image that the task runs on; see `resolveImage`. */
  readonly app: App;
  readonly job?: { readonly name: string; readonly uid: string; readonly spec: TaskSettings } | undefined;
  readonly start: Start;
  readonly args?: readonly string[] | undefined;
  readonly displayName?: string | undefined;
  /** Settings of this run. Each wins over the job's. */
  readonly own?: TaskSettings | undefined;
  readonly requestedBy: string;
  /** Held back for another reason than the app's limit. */
  readonly queued?: boolean;
};

/** Ports of making the spec of a task. */
export type SpecPorts = {
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
  /** Trace of the request or the event that this invocation is for. */
  readonly trace?: TraceContext | undefined;
  /** Extended resource of a GPU. */
  readonly gpuResource?: string | undefined;
};

/** Spec of a new task, requested now. Queued where its app limits the running tasks. */
export function newTaskSpec(
  ports: SpecPorts,
  { app, job, start, args, own, queued = false, ...task }: NewTask,
): NewTaskSpec {
  const settings = mergeSettings(job?.spec, own);
  const nonce = newNonce(ports);
  return {
    ...task,
    ...start,
    app,
    job,
    args,
    ...settings,
    overrides: overridesOf({ ...own, args }),
    requestedAt: ports.now(),
    nonce,
    gpuResource: ports.gpuResource,
    trace: setsTrace(app.spec.env, settings.env) ? undefined : (ports.trace ?? newTrace(nonce)),
    queued: queued || app.spec.maxRunning !== undefined,
  };
}
