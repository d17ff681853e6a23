import { useEffect, useState } from 'preact/hooks';
import type * as v from 'valibot';
import { listOf } from '../../cli/api/responses.ts';
import type { Pauses } from './backoff.ts';
import type { Request } from './client.ts';
import { useApi } from './context.ts';
import type { Problem } from './problem.ts';
import { usePolled } from './use-polled.ts';

/** Paged list. */
export type Paged<T> = {
  /** Items read so far; absent until the first response. */
  readonly items: readonly T[] | undefined;
  readonly problem: Problem | undefined;
  /** True where there are more pages. */
  readonly more: boolean;
  readonly loadMore: () => Promise<void>;
  readonly refresh: () => void;
};

type Older<T> = { readonly key: string; readonly items: readonly T[]; readonly cursor: string | undefined };

type Item = { readonly name: string };

type Options = {
  readonly pauses?: Pauses | undefined;
  /** True for a list whose first `limit` items are shown at once: a page of large items has fewer. */
  readonly isFilled?: boolean;
};

/** Reads a list. Polls the first page; reads further pages on `loadMore`. */
export function usePaged<T extends Item>(
  item: v.GenericSchema<unknown, T>,
  request: Pick<Request, 'path' | 'query'>,
  { pauses, isFilled = false }: Options = {},
): Paged<T> {
  const api = useApi();
  const page = listOf(item);
  const first = usePolled(page, request, pauses === undefined ? {} : { pauses });
  const key = JSON.stringify(request);
  const [older, setOlder] = useState<Older<T>>();
  const loaded = older?.key === key ? older : undefined;
  const cursor = loaded === undefined ? first.value?.cursor : loaded.cursor;
  const loadMore = async (): Promise<void> => {
    const { value } = await api.request(page, {
      method: 'GET',
      ...request,
      query: { ...request.query, cursor },
    });
    setOlder({ key, items: [...(loaded?.items ?? []), ...value.items], cursor: value.cursor });
  };
  const items = first.value && merge(first.value.items, loaded?.items ?? []);
  const isShort = isFilled && (items?.length ?? 0) < Number(request.query?.limit);
  useEffect(() => {
    // After a failure the next poll of the first page has another cursor.
    if (isShort && cursor !== undefined) loadMore().catch(() => undefined);
  }, [isShort, cursor]);
  return {
    items,
    problem: first.problem,
    more: cursor !== undefined,
    loadMore,
    refresh: first.refresh,
  };
}

/** Joins pages. An item that moved to the next page between two reads appears once. */
function merge<T extends Item>(first: readonly T[], older: readonly T[]): readonly T[] {
  if (older.length === 0) return first;
  const names = new Set(first.map(({ name }) => name));
  return [...first, ...older.filter(({ name }) => !names.has(name))];
}
