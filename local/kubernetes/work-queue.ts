/** Queue of keys, processed one by one; a key that is added again while it waits is processed once. */
export type WorkQueue = {
  add(key: string): void;
  /** Stops processing. */
  stop(): void;
};

/**
 * Creates a queue that calls `reconcile` for each key, never within `add`. Listeners of the store add keys and write
 * later, so that every listener sees the changes in order. An error in `reconcile` is a bug and is not caught.
 */
export function createWorkQueue(reconcile: (key: string) => void): WorkQueue {
  const keys = new Set<string>();
  let stopped = false;

  const work = (): void => {
    for (const key of [...keys]) {
      if (stopped) return;
      keys.delete(key);
      reconcile(key);
    }
    if (keys.size > 0) setImmediate(work);
  };

  return {
    add: (key) => {
      if (stopped) return;
      if (keys.size === 0) setImmediate(work);
      keys.add(key);
    },
    stop: () => {
      stopped = true;
    },
  };
}
