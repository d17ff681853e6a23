import pLimit from 'p-limit';

/** Items by what `keyOf` says of each, in their order. (`Map.groupBy` is not in Node 20.) */
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

/** The items, from another one on each time that so many ms have passed: who is cut off never leaves out the same. */
export function rotate<T>(items: readonly T[], now: Date, everyMs: number): readonly T[] {
  if (items.length === 0) return items;
  const first = Math.floor(now.getTime() / everyMs) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/**
 * The value of `key` in `cache`, made if it is not there. The oldest entry goes when there are `atMost`: for values
 * that depend on their key alone. What `make` throws is not kept.
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

/** Requests that are under way at once: enough to keep a cluster busy, too few to trample it. */
const CONCURRENCY = 20;

/** Calls `work` for each item, at most so many at once, and gives the results in the items' order. */
export const mapConcurrent = <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = CONCURRENCY,
): Promise<R[]> => pLimit(atOnce).map(items, work);
