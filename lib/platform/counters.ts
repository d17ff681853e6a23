import { groupBy, interleave, mapConcurrent } from './collections.ts';
import { DomainError, OutOfTime } from './errors.ts';
import type { Log } from './observability.ts';

type Subject = Readonly<Record<string, unknown>>;

/**
 * Outcome of a unit of work. `deferred`: it did not start, since time was up. `busy`: this process was too busy for it.
 * `refused`: the space is closed to us. `failed`: any other error.
 */
export type WorkOutcome = 'done' | 'deferred' | 'busy' | 'refused' | 'failed';

/** Counters of a reconcile or a prune, by outcome. */
export type Counters = {
  count(outcome: string): void;
  /**
   * Runs one unit of work, unless time is up; its failure is logged with `subject` and counted, never propagated: as
   * `retried` (the cluster or AWS was out of reach; {@link Counters.retry} repeats it), `deferred` (this process was too busy
   * to ask), `spaceClosed`, `failed` (rejected) or `errors` (internal).
   */
  isolate(subject: Subject, work: () => Promise<void>): Promise<WorkOutcome>;
  /**
   * Repeats once, space by space in turn, the units of work that found the cluster or AWS out of reach; those that fail
   * again are `failed`.
   */
  retry(): Promise<void>;
  /** Logs and counts an error, as {@link Counters.isolate} does. `again`: the work will be repeated. */
  fail(subject: Subject, error: unknown, again: boolean): void;
  counts(): Readonly<Record<string, number>>;
  /** Units of work that were deferred, of the ten spaces with the most. */
  deferredBySpace(): Readonly<Record<string, number>>;
};

/** Spaces in a log line. */
const MAX_SPACES = 10;

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
  const deferred = new Map<string, number>();
  const failed: { readonly space: string; readonly repeat: () => Promise<WorkOutcome> }[] = [];
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

  const defer = <T extends WorkOutcome>(space: string, outcome: T): T => {
    count('deferred');
    deferred.set(space, (deferred.get(space) ?? 0) + 1);
    return outcome;
  };

  const isolate: Counters['isolate'] = async (subject, work) => {
    const space = String(subject.space ?? '');
    if (now() >= until) return isRetry ? failedAgain() : defer(space, 'deferred');
    try {
      await work();
      return 'done';
    } catch (error) {
      if (error instanceof OutOfTime) return defer(space, 'busy');
      const again = !isRetry && error instanceof DomainError && error.kind === 'unavailable';
      fail(subject, error, again);
      if (again) failed.push({ space, repeat: () => isolate(subject, work) });
      return error instanceof DomainError && error.kind === 'forbidden' ? 'refused' : 'failed';
    }
  };

  const failedAgain = (): WorkOutcome => {
    count('failed');
    return 'failed';
  };

  return {
    count,
    counts: () => Object.fromEntries(counts),
    deferredBySpace: () =>
      Object.fromEntries([...deferred].toSorted(([, one], [, other]) => other - one).slice(0, MAX_SPACES)),
    isolate,
    fail,
    retry: async () => {
      isRetry = true;
      const bySpace = groupBy(failed.splice(0), ({ space }) => space);
      await mapConcurrent(interleave(bySpace.values()), ({ repeat }) => repeat(), RETRY_CONCURRENCY);
    },
  };
}
