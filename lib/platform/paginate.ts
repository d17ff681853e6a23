import type { Counters } from './counters.ts';
import { DomainError } from './errors.ts';

/** A page of a list; `next` asks for the page after it and may expire. */
export type Page<T> = { readonly items: readonly T[]; readonly next?: string | undefined };

/** Items a page, as many as Kubernetes' own clients list at once. */
export const PAGE_SIZE = 500;

/**
 * Pages of a list. While the caller works on one, the next is on its way. Throws `gone` where the caller takes so long (five
 * minutes) that the cluster has forgotten the beginning: then the list begins anew.
 */
export async function* paginate<T>(list: (after?: string) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  let { items, next } = await list();
  while (next !== undefined) {
    const following = list(next);
    // A caller who stops here does not wait for it: nobody handles its failure then.
    following.catch(() => undefined);
    yield items;
    ({ items, next } = await following);
  }
  yield items;
}

/** All items of a list that comes in pages. */
export async function toArray<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

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
