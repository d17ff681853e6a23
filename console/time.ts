import { formatAge } from '../cli/api/relative-time.ts';

/** Formats a time relative to `now`: `3m ago`, `in 2h5m`. */
export function fromNow(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms > 0 ? `in ${formatAge(ms + 999)}` : `${formatAge(-ms)} ago`;
}

/** Duration of a task, up to `now` while it runs; `undefined` before it starts. */
export function durationOf(
  {
    startedAt,
    finishedAt,
  }: { readonly startedAt?: string | undefined; readonly finishedAt?: string | undefined },
  now: Date,
): string | undefined {
  if (startedAt === undefined) return undefined;
  const end = finishedAt === undefined ? now.getTime() : Date.parse(finishedAt);
  return formatAge(end - Date.parse(startedAt));
}

/** Time zone of the browser. */
export const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Formats a duration of the API, such as `3600s`, in larger units. */
export function formatDuration(duration: string | undefined): string | undefined {
  const seconds = /^(\d+)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? duration : formatAge(Number(seconds) * 1_000);
}
