import type * as v from 'valibot';
import { invalid } from '../platform/errors.ts';
import { textLike } from '../platform/schema.ts';
import type { App } from './app.ts';

/** A process type of an image that was built of source, such as `worker`: the word before the colon in a Procfile. */
export const ProcessType = textLike(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'the name of a process, such as worker.',
);
export type ProcessType = v.InferOutput<typeof ProcessType>;

/** The process that a built image's tasks start by where nothing else is said; Cloud Foundry's own name of it. */
const TASK_PROCESS = 'task';

/** What a task starts: a command, which the entrypoint is handed, or a process, whose program is the command. */
export type Start = { readonly command: string; readonly process?: string | undefined };

const ofProcess = (type: string): Start => ({ command: `/cnb/process/${type}`, process: type });

type StartRequest = { readonly command?: string | undefined; readonly process?: string | undefined };

/** What tasks of an app start where a request, or the job, says no more; `undefined` where nobody says it. */
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
 * What a request's task starts: its own command or process, else the job's command, else the app's, else the process
 * `task` of a built image. Throws `invalid` where nobody says it, for both, and for a process that the image lacks.
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
      message: `App "${name}" runs an image that was not built of its source: give a command.`,
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
