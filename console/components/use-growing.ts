import { useEffect, useState } from 'preact/hooks';

/** Rows that fill a large screen. */
const FIRST = 60;

/**
 * The first rows of a long list, and all of them once these were painted: whoever opens the list sees its beginning
 * without waiting for its end.
 */
export function useGrowing<T>(items: readonly T[]): readonly T[] {
  const [whole, setWhole] = useState(items.length <= FIRST);
  useEffect(() => {
    if (whole) return undefined;
    // The second frame begins when the first one was painted.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setWhole(true));
    });
    return () => cancelAnimationFrame(frame);
  }, [whole]);
  return whole ? items : items.slice(0, FIRST);
}
