import { readdir, readFile } from 'node:fs/promises';

const SAMPLES_FOLDER = new URL('../../events/', import.meta.url);

/** The samples in an order in which each finds what it asks for. */
const SAMPLES = [
  'push-app',
  'upload-source',
  'run-task',
  'create-job',
  'update-job',
  'schedule-job',
  'backfill',
  'run-job',
  'fire-job',
  'create-trigger',
  'fire-event',
  'run-task-on-event',
  'reconcile',
  'prune',
  'read-',
  'terminate-task',
  'schedule-job-',
  'delete-trigger',
  'delete-job-schedule',
  'delete-job',
  'delete-app',
  'cleanup',
];

/** Names that earlier samples created, in place of those in a sample. */
type Made = { readonly task?: string | undefined; readonly job?: string | undefined };

/** Calls a function by its name without service and stage. */
type Invoke = (name: string, event: unknown) => Promise<unknown>;

/** Longest of the names that a file's name begins with. */
const nameOf = (file: string, names: readonly string[]): string =>
  names.filter((name) => file.startsWith(name)).toSorted((a, b) => b.length - a.length)[0] ?? '';

const placeOf = (file: string): number => SAMPLES.indexOf(nameOf(file, SAMPLES));

/** Sample event of this file; `change` is applied to its text. */
export async function sampleOf(
  file: string,
  change: (text: string) => string,
  { task, job }: Made = {},
): Promise<Record<string, unknown>> {
  const event = JSON.parse(change(await readFile(new URL(file, SAMPLES_FOLDER), 'utf8')));
  const parameters = event.pathParameters ?? {};
  if ('job' in parameters && job !== undefined) parameters.job = job;
  if ('job' in event && job !== undefined) event.job = job;
  if ('task' in parameters && task !== undefined) parameters.task = task;
  if ('id' in parameters && task !== undefined) parameters.id = task.split('-').at(-1);
  if ('routeKey' in event)
    event.rawPath = event.routeKey
      .replace(/^\w+ /, '')
      .replace(/\{(\w+)\}/g, (_: string, name: string) => parameters[name]);
  return event;
}

/**
 * Calls functions with their sample events, in an order in which each finds what it asks for. Returns the functions that were
 * called, and the responses to requests that are not right.
 */
export async function answerSamples(
  invoke: Invoke,
  functions: readonly string[],
  change: (text: string) => string,
): Promise<{ readonly answered: readonly string[]; readonly wrong: readonly string[] }> {
  const files = (await readdir(SAMPLES_FOLDER)).filter(
    (file) => file.endsWith('.json') && nameOf(file, functions) !== '',
  );
  const answered = new Set<string>();
  const wrong: string[] = [];
  let made: Made = {};
  // Of one function the shorter name is of what the longer one needs: push-app, then push-app-jobs.
  const inOrder = files.toSorted((a, b) => placeOf(a) - placeOf(b) || a.length - b.length);
  for (const file of inOrder) {
    const name = nameOf(file, functions);
    const event = await sampleOf(file, change, made);
    const answer = (await invoke(name, event)) as Answer;
    answered.add(name);
    if (!('routeKey' in event)) continue;
    if (!isRight(name, answer.statusCode)) wrong.push(`${file}: ${answer.statusCode} ${answer.body}`);
    const last = String(answer.headers?.location).split('/').at(-1);
    if (file === 'run-task.json') made = { ...made, task: last };
    if (file === 'create-job.json') made = { ...made, job: last };
  }
  return { answered: [...answered], wrong };
}

/** Response to a request of API Gateway. */
type Answer = {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: string;
};

const isRight = (name: string, status: number): boolean =>
  status < 300 ||
  // The task may have ended before it was to be terminated.
  (name === 'terminate-task' && status === 409) ||
  // The stage names no builder.
  (name === 'upload-source' && status === 422);
