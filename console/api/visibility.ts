/**
 * Waits `ms` milliseconds, and while the page is hidden until it is visible again. An event on `refresh` and the return of the
 * network end the wait early. Resolves at once when aborted.
 */
export function waitFor(ms: number, signal: AbortSignal, refresh?: EventTarget): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = (): void => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const on = (target: EventTarget, event: string, act: () => void) =>
      target.addEventListener(event, act, { signal: done.signal });
    let elapsed = false;
    const timer = setTimeout(() => {
      elapsed = true;
      if (!document.hidden) end();
    }, ms);
    if (signal.aborted) return end();
    on(signal, 'abort', end);
    on(window, 'online', end);
    on(document, 'visibilitychange', () => {
      if (!document.hidden && elapsed) end();
    });
    if (refresh !== undefined) on(refresh, 'refresh', end);
  });
}
