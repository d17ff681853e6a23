/** Longest delay of a timer, in ms; a later deadline is looked at again then. */
const MAX_MS = 2 ** 31 - 1;

/** Timers that bring a key back when its time is over. */
export type Deadlines = {
  /** Sets the one deadline of a key, in ms since 1970; infinity is none. */
  set(key: string, at: number): void;
  clear(key: string): void;
  stop(): void;
};

/** Deadlines that call `expire`. They keep no process alive. */
export function newDeadlines(expire: (key: string) => void): Deadlines {
  const timers = new Map<string, NodeJS.Timeout>();
  const clear = (key: string): void => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };
  return {
    set: (key, at) => {
      clear(key);
      if (at === Number.POSITIVE_INFINITY) return;
      const delay = Math.min(Math.max(at - Date.now(), 0), MAX_MS);
      timers.set(key, setTimeout(expire, delay, key).unref());
    },
    clear,
    stop: () => {
      for (const key of [...timers.keys()]) clear(key);
    },
  };
}
