import { mapConcurrent } from './collections.ts';
import { DomainError } from './errors.ts';
import type { Log } from './observability.ts';

type Subject = Readonly<Record<string, unknown>>;

/** What a reconcile or a prune did, counted by outcome. */
export type Counters = {
  count(outcome: string): void;
  /**
   * Does a part of the work unless time is up. What it throws ends this part alone: it is logged with `subject`, and
   * counted as `retried` (the cluster or AWS was out of reach: {@link Tally.retry} does it again), `spaceClosed`, `failed`
   * (refused) or `errors` (ours).
   */
  isolate(subject: Subject, work: () => Promise<void>): Promise<void>;
  /** Does the parts again that found the cluster or AWS out of reach, once; what fails then, or has no time, is `failed`. */
  retry(): Promise<void>;
  /** Logs and counts an error, as {@link Tally.attempt} does. `again`: what failed is done once more. */
  fail(subject: Subject, error: unknown, again: boolean): void;
  counts(): Readonly<Record<string, number>>;
};

/** Parts that are done again at once: what was out of reach may be so still, or be busy. */
const RETRY_CONCURRENCY = 4;

/** A tally of `verb`, whose parts begin before `until`; later ones are counted as `deferred`. */
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
