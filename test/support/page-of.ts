import type { Page } from '../../lib/platform/paginate.ts';

/** A part of a list as Kubernetes gives it: by name, with a token for the next part. */
export function pageOf<T extends { readonly name: string }>(
  all: readonly T[],
  { limit, after }: { limit: number; after?: string | undefined },
): Page<T> {
  const sorted = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ name }) => name > after);
  const items = rest.slice(0, limit);
  return { items, next: rest.length > items.length ? items.at(-1)?.name : undefined };
}
