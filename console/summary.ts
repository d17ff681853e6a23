import { isFinished, type Job, type Task } from '../cli/api/responses.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Tasks that ended badly in the last day. */
export const recentFailures = (tasks: readonly Task[], now: Date): readonly Task[] =>
  tasks.filter(
    ({ state, finishedAt, createdAt }) =>
      (state === 'failed' || state === 'timedOut') &&
      now.getTime() - Date.parse(finishedAt ?? createdAt) < DAY_MS,
  );

/**
 * Where failures of the last day were looked for. Of a busy space the newest tasks do not reach a day back: then it is
 * among these that none may have failed.
 */
export function lookedThrough(tasks: readonly Task[], hasOlder: boolean, now: Date): string {
  const oldest = tasks.at(-1);
  const isShort = oldest !== undefined && now.getTime() - Date.parse(oldest.createdAt) < DAY_MS;
  return hasOlder && isShort ? `among the newest ${tasks.length} tasks` : 'in the last day';
}

/**
 * Tasks that have not ended, the newest first: of those that run, however old, and of the newest ones. A task that is in
 * both stands as the newest ones have it.
 */
export function activeOf(running: readonly Task[], newest: readonly Task[]): readonly Task[] {
  const tasks = new Map([...running, ...newest].map((task) => [task.name, task]));
  return [...tasks.values()]
    .filter(({ state }) => !isFinished(state))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** A run to come. */
export type Coming = { readonly job: string; readonly time: string };

/** The next run of each job that has one, the nearest first. */
export const nextOf = (jobs: readonly Job[], most: number): readonly Coming[] =>
  jobs
    .flatMap(
      ({ name, schedule }) => schedule?.nextRuns.slice(0, 1).map((time) => ({ job: name, time })) ?? [],
    )
    .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))
    .slice(0, most);

/** Resources in a line: `500m CPU, 1Gi memory`; what is not given is left to the platform. */
export function resourcesInWords({
  cpu,
  memory,
  disk,
}: {
  cpu?: string | undefined;
  memory?: string | undefined;
  disk?: string | undefined;
} = {}): string {
  const parts = [
    ...(memory === undefined ? [] : [`${sizeInWords(memory)} memory`]),
    ...(disk === undefined ? [] : [`${sizeInWords(disk)} disk`]),
    ...(cpu === undefined ? [] : [`${cpu} CPU`]),
  ];
  return parts.length === 0 ? 'Defaults: 1Gi memory, 1Gi disk' : parts.join(', ');
}

/** `1024Mi`, as the API spells a size, is `1Gi`. */
function sizeInWords(size: string): string {
  const mebibytes = Number(/^(\d+)Mi$/.exec(size)?.[1] ?? Number.NaN);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : size;
}
