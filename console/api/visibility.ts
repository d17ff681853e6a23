/**
 * Waits so many ms. A page that nobody looks at waits until somebody does; the network's return, and whoever calls
 * `hurry`, end the wait. Resolves at once when aborted.
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
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      if (!document.hidden) end();
    }, ms);
    if (signal.aborted) return end();
    on(signal, 'abort', end);
    on(window, 'online', end);
    on(document, 'visibilitychange', () => {
      if (!document.hidden && over) end();
    });
    if (refresh !== undefined) on(refresh, 'hurry', end);
  });
}
