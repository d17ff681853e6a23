import { mapConcurrent } from './collections.ts';
import { DomainError } from './errors.ts';
import type { Log } from './observability.ts';

type Subject = Readonly<Record<string, unknown>>;

/** Counters of a reconcile or a prune, by outcome. */
export type Counters = {
  count(outcome: string): void;
  /**
   * Runs one unit of work, unless time is up; its failure is logged with `subject` and counted, never propagated: as
   * `retried` (the cluster or AWS was out of reach; {@link Counters.retry} repeats it), `spaceClosed`, `failed` (rejected)
   * or `errors` (internal).
   */
  isolate(subject: Subject, work: () => Promise<void>): Promise<void>;
  /** Repeats once the units of work that found the cluster or AWS out of reach; those that fail again are `failed`. */
  retry(): Promise<void>;
  /** Logs and counts an error, as {@link Counters.isolate} does. `again`: the work will be repeated. */
  fail(subject: Subject, error: unknown, again: boolean): void;
  counts(): Readonly<Record<string, number>>;
};

/** Concurrent units of work in a retry: the cluster may still be out of reach, or busy. */
const RETRY_CONCURRENCY = 4;

/** Creates the counters of `verb`. Units of work that would start after `until` are counted as `deferred`. */
export function newCounters(
  { now, log }: { readonly now: () => Date; readonly log: Log },
  verb: string,
  until: Date,
): Counters {
  const counts = new Map<string, number>();
  const count = (outcome: string): void => {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  };
  const failed: (() => Promise<void>)[] = [];
  let isRetry = false;

  const fail: Counters['fail'] = (subject, error, again) => {
    if (!(error instanceof DomainError)) {
      log('error', verb, { ...subject, why: error instanceof Error ? error.stack : String(error) });
      return count('errors');
    }
    if (error.kind === 'forbidden') return count('spaceClosed');
    log('warn', verb, { ...subject, why: error.message });
    count(again ? 'retried' : 'failed');
  };

  const isolate: Counters['isolate'] = async (subject, work) => {
    if (now() >= until) return count(isRetry ? 'failed' : 'deferred');
    try {
      await work();
    } catch (error) {
      const again = !isRetry && error instanceof DomainError && error.kind === 'unavailable';
      fail(subject, error, again);
      if (again) failed.push(() => isolate(subject, work));
    }
  };

  return {
    count,
    counts: () => Object.fromEntries(counts),
    isolate,
    fail,
    retry: async () => {
      isRetry = true;
      await mapConcurrent(failed.splice(0), (part) => part(), RETRY_CONCURRENCY);
    },
  };
}
