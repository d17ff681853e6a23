import { useState } from 'preact/hooks';
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

/** Reads a list. Polls the first page; reads further pages on `loadMore`. */
export function usePaged<T extends Item>(
  item: v.GenericSchema<unknown, T>,
  request: Pick<Request, 'path' | 'query'>,
  pauses?: Pauses,
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
  return {
    items: first.value && merge(first.value.items, loaded?.items ?? []),
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
