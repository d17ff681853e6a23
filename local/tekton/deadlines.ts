/** Longest delay of a timer in ms; later deadlines are rescheduled then. */
const MAX_MS = 2 ** 31 - 1;

/** Timers that expire keys. */
export type Deadlines = {
  /** Sets the deadline of a key in ms since 1970; infinity clears it. */
  set(key: string, at: number): void;
  clear(key: string): void;
  stop(): void;
};

/** Creates deadlines that call `expire`. They do not keep the process alive. */
export function createDeadlines(expire: (key: string) => void): Deadlines {
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
