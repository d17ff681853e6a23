import type { Page } from '../../ports.ts';

/**
 * Every item of a list, in parts. While the caller works on one, the next is on its way. Throws `gone` where a list takes
 * so long (five minutes) that the cluster has forgotten its beginning: whoever sweeps begins anew.
 */
export async function* sweep<S, T>(
  list: (after?: string) => Promise<Page<S>>,
  read: (item: S) => T,
): AsyncGenerator<readonly T[]> {
  let { items, next } = await list();
  while (next !== undefined) {
    const asked = list(next);
    // A caller who stops here does not wait for it: its failure then is nobody's.
    asked.catch(() => undefined);
    yield items.map(read);
    ({ items, next } = await asked);
  }
  yield items.map(read);
}
