import { useEffect } from 'preact/hooks';
import { useApi } from '../api/context.ts';
import { newStore, useStore } from '../store.ts';
import { RelativeTime } from './clock.tsx';

const notice = newStore('');

const SHOWN_MS = 6_000;

/** Shows a message for a few seconds. */
export const toast = (text: string): void => notice.set(text);

/** Region of the last message, which screen readers announce. */
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

/** Banner while the API is unreachable. Views keep polling and show their last data. */
export function ReachBanner() {
  const reach = useStore(useApi().reach);
  return (
    <div class="reach" role="status">
      {!reach.ok && (
        <p>
          <strong>No connection.</strong> {reach.why} Disconnected{' '}
          <RelativeTime time={reach.since.toISOString()} />. Showing the last known data. Reconnecting…
        </p>
      )}
    </div>
  );
}
