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
