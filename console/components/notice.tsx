import { useEffect } from 'preact/hooks';
import { useApi } from '../api/context.ts';
import { newStore, useStore } from '../store.ts';
import { RelativeTime } from './clock.tsx';

const notice = newStore('');

const SHOWN_MS = 6_000;

/** Says that something was done, for a few seconds. */
export const toast = (text: string): void => notice.set(text);

/** What was done last; screen readers say it. */
export function Notice() {
  const text = useStore(notice);
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(() => notice.set(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="notice" role="status">
      {text !== '' && <p>{text}</p>}
    </div>
  );
}

/** Says that the API does not answer. The page goes on asking, and shows what it knew. */
export function ReachBanner() {
  const reach = useStore(useApi().reach);
  return (
    <div class="reach" role="status">
      {!reach.ok && (
        <p>
          <strong>No connection.</strong> {reach.why} Last heard of it{' '}
          <RelativeTime time={reach.since.toISOString()} />. What you see is from then; it goes on by itself.
        </p>
      )}
    </div>
  );
}
