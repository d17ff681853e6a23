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
