import { formatAge } from '../cli/api/relative-time.ts';

/** How long ago, or how long until: `3m ago`, `in 2h5m`. */
export function fromNow(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms > 0 ? `in ${formatAge(ms + 999)}` : `${formatAge(-ms)} ago`;
}

/** How long a task ran, or has run; `undefined` before it began. */
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

/** The zone of this browser. */
export const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A length of time as the API spells it, `3600s`, in larger units. */
export function lengthInWords(length: string | undefined): string | undefined {
  const seconds = /^(\d+)s$/.exec(length ?? '')?.[1];
  return seconds === undefined ? length : formatAge(Number(seconds) * 1_000);
}
