import type * as v from 'valibot';
import { invalid } from '../platform/errors.ts';
import { textLike } from '../platform/schema.ts';
import type { App } from './app.ts';

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

type StartRequest = { readonly command?: string | undefined; readonly process?: string | undefined };

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
 * there is none, where the request has both, and for a process that the image lacks.
 */
export function startCommandOf(app: App, request: StartRequest, job?: Pick<StartRequest, 'command'>): Start {
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
