import type { Counters } from './counters.ts';
import { DomainError } from './errors.ts';

/** Page of a list. `next`: token of the page after it, which may expire. */
export type Page<T> = { readonly items: readonly T[]; readonly next?: string | undefined };

/** Items in a page; the default of Kubernetes' own clients. */
export const PAGE_SIZE = 500;

/**
 * Pages of a list; fetches the next page while the caller works on one. Throws `gone` when the token has expired, after
 * about five minutes: then the list must start again.
 */
export async function* paginate<T>(list: (after?: string) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  let { items, next } = await list();
  while (next !== undefined) {
    const following = list(next);
    // A caller that stops here never awaits it: its failure must not be an unhandled rejection.
    following.catch(() => undefined);
    yield items;
    ({ items, next } = await following);
  }
  yield items;
}

/** Collects all items of a paginated list. */
export async function toArray<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

/** Wait between attempts of a list, in ms. */
const WAIT_MS = 500;

/**
 * Reads all items of a list before `until`. A read that fails because the cluster is out of reach or a page token has
 * expired is counted and starts again. Throws the last error; never returns part of a list.
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

/** Midpoint between now and `until`: the deadline of lists, which leaves half of the time for the work. */
export const halfUntil = ({ now }: { readonly now: () => Date }, until: Date): Date =>
  new Date((now().getTime() + until.getTime()) / 2);
