/** Work on keys, one after the other; a key that is added again before its turn is worked on once. */
export type WorkQueue = {
  add(key: string): void;
  /** No key is worked on any more. */
  stop(): void;
};

/**
 * A queue that calls `reconcile` for each key, not in the call that adds it. Whoever listens to the store adds keys
 * and writes later, so that every listener sees the changes in their order. An error in `reconcile` is a bug: it is
 * not caught.
 */
export function newWorkQueue(reconcile: (key: string) => void): WorkQueue {
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
