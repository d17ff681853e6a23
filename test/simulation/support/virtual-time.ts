/** Callback at a time. */
type Event = { readonly at: number; readonly order: number; readonly happen: () => Promise<void> };

/**
 * A clock that jumps from one event to the next. One event happens at a time, to its end, whatever real time it takes;
 * what waits for it goes on at that very moment. So a month passes in minutes, calls of functions that run at the same
 * time come in any order that their latencies give, and the same seed gives the same order.
 */
export type VirtualTime = {
  /** Time in ms since 1970. */
  now(): number;
  /** Does `work` at a moment, now if that is past, and gives its result then. */
  at<T>(moment: number, work: () => Promise<T> | T): Promise<T>;
  sleep(ms: number): Promise<void>;
  /** Runs all events until `end`, those added meanwhile too. */
  runUntil(end: number): Promise<void>;
};

export function virtualTime(start: number): VirtualTime {
  const heap = newHeap();
  let now = start;
  let made = 0;

  const at = <T>(moment: number, work: () => Promise<T> | T): Promise<T> =>
    new Promise((resolve, reject) => {
      made += 1;
      const happen = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      heap.push({ at: Math.max(moment, now), order: made, happen });
    });

  return {
    now: () => now,
    at,
    sleep: (ms) => at(now + ms, () => {}),
    runUntil: async (end) => {
      // What the last event set free has said by the next turn of Node's loop what it waits for.
      await turn();
      for (let next = heap.first(); next !== undefined && next.at <= end; next = heap.first()) {
        heap.pop();
        now = next.at;
        await next.happen();
        await turn();
      }
      now = end;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A binary heap: the earliest event first, of those at one moment the one that was made first. */
function newHeap() {
  const events: Event[] = [];
  const before = (one: number, other: number): boolean => {
    const [a, b] = [events[one], events[other]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  };
  const swap = (one: number, other: number): void => {
    const [a, b] = [events[one], events[other]];
    if (a === undefined || b === undefined) return;
    events[one] = b;
    events[other] = a;
  };
  return {
    first: () => events[0],
    push(event: Event): void {
      events.push(event);
      for (let at = events.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop(): void {
      swap(0, events.length - 1);
      events.pop();
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = before(left, at) ? left : at;
        if (before(right, least)) least = right;
        if (least === at) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
