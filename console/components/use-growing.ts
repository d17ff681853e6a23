import { useEffect, useState } from 'preact/hooks';

/** Number of rows that fill a large screen. */
const FIRST_ROWS = 60;

/**
 * Renders a long list in two steps: the first rows, then all of them once these are painted, so that the top of the list
 * shows early.
 */
export function useGrowing<T>(items: readonly T[]): readonly T[] {
  const [all, setAll] = useState(items.length <= FIRST_ROWS);
  useEffect(() => {
    if (all) return undefined;
    // The second frame starts once the first one is painted.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setAll(true));
    });
    return () => cancelAnimationFrame(frame);
  }, [all]);
  return all ? items : items.slice(0, FIRST_ROWS);
}
