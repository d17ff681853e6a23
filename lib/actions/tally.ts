import { DomainError } from '../domain/errors.ts';
import type { Ports } from '../ports.ts';

/** What a reconcile or a prune did, counted by outcome. */
export type Tally = {
  count(outcome: string): void;
  /**
   * Does a part of the work unless time is up. What it throws ends this part alone: it is logged with `subject`, and
   * counted as `spaceClosed`, `failed` (the cluster or AWS was out of reach, or refused) or `faults` (ours).
   */
  attempt(subject: Readonly<Record<string, unknown>>, work: () => Promise<void>): Promise<void>;
  counts(): Readonly<Record<string, number>>;
};

/** A tally of `verb`, whose parts begin before `until`; later ones are counted as `putOff`. */
export function newTally({ now, log }: Ports, verb: string, until: Date): Tally {
  const counts = new Map<string, number>();
  const count = (outcome: string): void => {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  };
  return {
    count,
    counts: () => Object.fromEntries(counts),
    attempt: async (subject, work) => {
      if (now() >= until) return count('putOff');
      try {
        await work();
      } catch (error) {
        if (!(error instanceof DomainError)) {
          log('error', verb, {
            ...subject,
            why: error instanceof Error ? error.stack : String(error),
          });
          return count('faults');
        }
        if (error.kind === 'forbidden') return count('spaceClosed');
        log('warn', verb, { ...subject, why: error.message });
        count('failed');
      }
    },
  };
}
