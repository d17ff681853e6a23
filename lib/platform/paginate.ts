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
