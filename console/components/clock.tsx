import { useEffect, useState } from 'preact/hooks';
import { durationOf, fromNow } from '../time.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();

/** Clock of the page, running while a text needs it. Paused while the page is hidden. */
let clock: ReturnType<typeof setInterval> | undefined;

function onTick(listener: () => void): () => void {
  clock ??= setInterval(() => {
    if (!document.hidden) for (const one of listeners) one();
  }, TICK_MS);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

/** Text that depends on the time. Rerenders only when the text changes. */
function useTimedText(text: (now: Date) => string): string {
  const current = text(new Date());
  const [, setShown] = useState(current);
  useEffect(() => onTick(() => setShown(text(new Date()))));
  return current;
}

const LONG: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'long' };

/** Time relative to now, with the absolute time as its title. */
export function RelativeTime({ time }: { readonly time: string }) {
  const text = useTimedText((now) => fromNow(time, now));
  return (
    <time dateTime={time} title={new Date(time).toLocaleString(undefined, LONG)}>
      {text}
    </time>
  );
}

type Interval = { readonly startedAt?: string | undefined; readonly finishedAt?: string | undefined };

/** Duration of a task, so far while it runs. */
export function Duration({ of }: { readonly of: Interval }) {
  return <span class="number">{useTimedText((now) => durationOf(of, now) ?? '–')}</span>;
}

/** Start of the current minute. Rerenders each minute. */
export function useMinute(): Date {
  const minute = useTimedText((now) => now.toISOString().slice(0, 16));
  return new Date(`${minute}:00Z`);
}
