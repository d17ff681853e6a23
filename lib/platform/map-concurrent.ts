import pLimit from 'p-limit';

/** Requests that are under way at once: enough to keep a cluster busy, too few to trample it. */
const CONCURRENCY = 20;

/** Calls `work` for each item, at most so many at once, and gives the results in the items' order. */
export const mapConcurrent = <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = CONCURRENCY,
): Promise<R[]> => pLimit(atOnce).map(items, work);
