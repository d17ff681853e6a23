import { useEffect, useState } from 'preact/hooks';
import { durationOf, fromNow } from '../time.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();

/** One clock for the whole page while a text needs it; it stands still while nobody looks. */
let clock: ReturnType<typeof setInterval> | undefined;

function onTick(toast: () => void): () => void {
  clock ??= setInterval(() => {
    if (!document.hidden) for (const one of listeners) one();
  }, TICK_MS);
  listeners.add(toast);
  return () => {
    listeners.delete(toast);
    if (listeners.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

/** A text that the passing of time changes; what shows it is drawn anew only when it does. */
function useTimedText(text: (now: Date) => string): string {
  const current = text(new Date());
  const [, setShown] = useState(current);
  useEffect(() => onTick(() => setShown(text(new Date()))));
  return current;
}

const LONG: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'long' };

/** How long ago or until; the moment itself as its title. */
export function RelativeTime({ time }: { readonly time: string }) {
  const text = useTimedText((now) => fromNow(time, now));
  return (
    <time dateTime={time} title={new Date(time).toLocaleString(undefined, LONG)}>
      {text}
    </time>
  );
}

type Lasted = { readonly startedAt?: string | undefined; readonly finishedAt?: string | undefined };

/** How long a task ran, or has run. */
export function Lasting({ of }: { readonly of: Lasted }) {
  return <span class="number">{useTimedText((now) => durationOf(of, now) ?? '–')}</span>;
}

/** The current minute, for what is computed from it. */
export function useMinute(): Date {
  const minute = useTimedText((now) => now.toISOString().slice(0, 16));
  return new Date(`${minute}:00Z`);
}
