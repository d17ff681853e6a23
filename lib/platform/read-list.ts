import type { Counters } from './counters.ts';
import { DomainError } from './errors.ts';
import { toArray } from './paginate.ts';

/** Between the failure of a list and the next try, in ms. */
const WAIT_MS = 500;

/**
 * All items of a list, by `until` at the latest. One that breaks off because the cluster is out of reach, or has forgotten
 * its beginning, is counted and read again from there. Throws the last error: a part of a list is none.
 */
export async function readList<T>(
  { now, wait }: { readonly now: () => Date; readonly wait: (ms: number) => Promise<void> },
  counters: Counters,
  { list, until }: { readonly list: string; readonly until: Date },
  read: (withinMs: number) => AsyncIterable<readonly T[]>,
): Promise<readonly T[]> {
  const leftMs = (): number => until.getTime() - now().getTime();
  for (;;) {
    try {
      return await toArray(read(leftMs()));
    } catch (error) {
      const isPassing = error instanceof DomainError && ['unavailable', 'gone'].includes(error.kind);
      const again = isPassing && leftMs() > WAIT_MS;
      counters.fail({ list }, error, again);
      if (!again) throw error;
      await wait(WAIT_MS);
    }
  }
}

/** Half of the time until then: lists may take it, and leave the other half for the work. */
export const halfUntil = ({ now }: { readonly now: () => Date }, until: Date): Date =>
  new Date((now().getTime() + until.getTime()) / 2);
