import { useState } from 'preact/hooks';
import type * as v from 'valibot';
import { listOf } from '../../cli/api/responses.ts';
import type { Pauses } from './backoff.ts';
import type { Request } from './client.ts';
import { useApi } from './context.ts';
import type { Problem } from './problem.ts';
import { usePolled } from './use-polled.ts';

export type Paged<T> = {
  /** Absent until the first answer. */
  readonly items: readonly T[] | undefined;
  readonly problem: Problem | undefined;
  /** Whether there are older ones. */
  readonly more: boolean;
  readonly loadMore: () => Promise<void>;
  readonly refresh: () => void;
};

type Older<T> = { readonly key: string; readonly items: readonly T[]; readonly cursor: string | undefined };

type Item = { readonly name: string };

/** A list: its first part is kept fresh, and parts behind it are read when they are asked for. */
export function usePaged<T extends Item>(
  item: v.GenericSchema<unknown, T>,
  asked: Pick<Request, 'path' | 'query'>,
  pauses?: Pauses,
): Paged<T> {
  const api = useApi();
  const page = listOf(item);
  const first = usePolled(page, asked, pauses === undefined ? {} : { pauses });
  const key = JSON.stringify(asked);
  const [older, setOlder] = useState<Older<T>>();
  const behind = older?.key === key ? older : undefined;
  const cursor = behind === undefined ? first.value?.cursor : behind.cursor;
  const loadMore = async (): Promise<void> => {
    const { value } = await api.ask(page, { method: 'GET', ...asked, query: { ...asked.query, cursor } });
    setOlder({ key, items: [...(behind?.items ?? []), ...value.items], cursor: value.cursor });
  };
  return {
    items: first.value && joined(first.value.items, behind?.items ?? []),
    problem: first.problem,
    more: cursor !== undefined,
    loadMore,
    refresh: first.refresh,
  };
}

/** What moved from the first part into the next while that was read is there once. */
function joined<T extends Item>(first: readonly T[], older: readonly T[]): readonly T[] {
  if (older.length === 0) return first;
  const there = new Set(first.map(({ name }) => name));
  return [...first, ...older.filter(({ name }) => !there.has(name))];
}
