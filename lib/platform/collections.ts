import pLimit from 'p-limit';

/** Groups items by key, in order. (`Map.groupBy` is not in Node 20.) */
export function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Rotates items by one every `everyMs`, so that work that is cut off does not always skip the same items. */
export function rotate<T>(items: readonly T[], now: Date, everyMs: number): readonly T[] {
  if (items.length === 0) return items;
  const first = Math.floor(now.getTime() / everyMs) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/**
 * Returns the value of `key` from `cache`, or makes and caches it; errors are not cached. Evicts the oldest entry at
 * `atMost` entries. For values that depend on their key alone.
 */
export function memoize<K, V>(cache: Map<K, V>, key: K, atMost: number, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const [oldest] = cache.keys();
  if (oldest !== undefined && cache.size >= atMost) cache.delete(oldest);
  const value = make();
  cache.set(key, value);
  return value;
}

/** Concurrent requests: enough to use a cluster well, too few to overload it. */
const CONCURRENCY = 20;

/** Calls `work` for each item with limited concurrency; returns the results in order. */
export const mapConcurrent = <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = CONCURRENCY,
): Promise<R[]> => pLimit(atOnce).map(items, work);

/** Calls `work` of a group when it is that group's turn. */
export type Turns = <T>(group: string, work: () => Promise<T>) => Promise<T>;

/**
 * Limits concurrency, and takes turns between groups: a group whose work waits gets one unit started after one of each
 * other group that waits, however many they have.
 */
export function roundRobin(atOnce = CONCURRENCY): Turns {
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;
  const startNext = (): void => {
    const [next] = waiting;
    if (next === undefined || running >= atOnce) return;
    const [group, queue] = next;
    const start = queue.shift();
    // Set again, the group comes after all others.
    waiting.delete(group);
    if (queue.length > 0) waiting.set(group, queue);
    running += 1;
    start?.();
  };
  return async (group, work) => {
    await new Promise<void>((resolve) => {
      const queue = waiting.get(group);
      if (queue === undefined) waiting.set(group, [resolve]);
      else queue.push(resolve);
      startNext();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      startNext();
    }
  };
}

/** Items of groups in turn: the first of each group, then the second of each. */
export const interleave = <T>(groups: Iterable<readonly T[]>): readonly T[] =>
  [...groups]
    .flatMap((group) => group.map((item, place) => ({ item, place })))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
