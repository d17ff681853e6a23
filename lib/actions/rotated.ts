/** The items, from another one on each time that so many ms have passed: who is cut off never leaves out the same. */
export function rotated<T>(items: readonly T[], now: Date, everyMs: number): readonly T[] {
  if (items.length === 0) return items;
  const first = Math.floor(now.getTime() / everyMs) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
