import { isFinished, type Job, type Task } from '../cli/api/responses.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Tasks that failed or timed out in the last 24 hours. */
export const recentFailures = (tasks: readonly Task[], now: Date): readonly Task[] =>
  tasks.filter(
    ({ state, finishedAt, createdAt }) =>
      (state === 'failed' || state === 'timedOut') &&
      now.getTime() - Date.parse(finishedAt ?? createdAt) < DAY_MS,
  );

/**
 * Range that failures were searched in. In a busy space the newest tasks reach back less than a day; then the range is these
 * tasks.
 */
export function failureRange(tasks: readonly Task[], hasOlder: boolean, now: Date): string {
  const oldest = tasks.at(-1);
  const isShort = oldest !== undefined && now.getTime() - Date.parse(oldest.createdAt) < DAY_MS;
  return hasOlder && isShort ? `among the newest ${tasks.length} tasks` : 'in the last day';
}

/**
 * Active tasks, newest first: of the running ones, whatever their age, and of the newest ones. A task in both lists is taken
 * from the newest ones.
 */
export function activeOf(running: readonly Task[], newest: readonly Task[]): readonly Task[] {
  const tasks = new Map([...running, ...newest].map((task) => [task.name, task]));
  return [...tasks.values()]
    .filter(({ state }) => !isFinished(state))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

/** Scheduled run in the future. */
export type NextRun = { readonly job: string; readonly time: string };

/** Next run of each scheduled job, soonest first, `limit` at most. */
export const nextRunsOf = (jobs: readonly Job[], limit: number): readonly NextRun[] =>
  jobs
    .flatMap(
      ({ name, schedule }) => schedule?.nextRuns.slice(0, 1).map((time) => ({ job: name, time })) ?? [],
    )
    .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))
    .slice(0, limit);

/** Formats resources on one line: `1Gi memory, 500m CPU`. */
export function formatResources({
  cpu,
  memory,
  disk,
  gpu,
}: {
  cpu?: string | undefined;
  memory?: string | undefined;
  disk?: string | undefined;
  gpu?: number | undefined;
} = {}): string {
  const parts = [
    ...(memory === undefined ? [] : [`${formatSize(memory)} memory`]),
    ...(disk === undefined ? [] : [`${formatSize(disk)} disk`]),
    ...(cpu === undefined ? [] : [`${cpu} CPU`]),
    ...(gpu === undefined ? [] : [`${gpu} GPU`]),
  ];
  return parts.length === 0 ? 'Defaults: 1Gi memory, 1Gi disk' : parts.join(', ');
}

/** Formats a size of the API in larger units: `1024Mi` becomes `1Gi`. */
function formatSize(size: string): string {
  const mebibytes = Number(/^(\d+)Mi$/.exec(size)?.[1] ?? Number.NaN);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : size;
}
