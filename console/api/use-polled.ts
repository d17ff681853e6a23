import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type * as v from 'valibot';
import { LISTED, nextPause, type Pauses, type PollResult } from './backoff.ts';
import type { Api, Request } from './client.ts';
import { useApi } from './context.ts';
import { Problem } from './problem.ts';
import { waitFor } from './visibility.ts';

/** Polled resource. */
export type Polled<T> = {
  /** Last value read; kept while the server is unreachable. */
  readonly value: T | undefined;
  /** Error of the last poll that a retry can't fix. */
  readonly problem: Problem | undefined;
  /** Polls now. */
  readonly refresh: () => void;
};

type PolledRequest = Pick<Request, 'path' | 'query'>;

type Options<T> = {
  readonly pauses?: Pauses;
  /** True for a value that will not change any more, which ends the polling. */
  readonly isFinal?: (value: T) => boolean;
};

/**
 * Polls a resource while the view is mounted: often while it changes, seldom while it does not, not at all while the page is
 * hidden. Retries after errors and keeps the last value.
 */
export function usePolled<const S extends v.GenericSchema>(
  schema: S,
  request: PolledRequest | undefined,
  { pauses = LISTED, isFinal = () => false }: Options<v.InferOutput<S>> = {},
): Polled<v.InferOutput<S>> {
  const api = useApi();
  const key = JSON.stringify(request);
  const refresh = useMemo(() => new EventTarget(), []);
  const [latest, setLatest] = useState<{ key: string; value?: v.InferOutput<S>; problem?: Problem }>({ key });
  const final = useRef(isFinal);
  final.current = isFinal;

  useEffect(() => {
    if (request === undefined) return;
    const end = new AbortController();
    const on = {
      value: (value: v.InferOutput<S>) => setLatest({ key, value }),
      problem: (problem: Problem) =>
        setLatest((before) => ({ ...(before.key === key ? before : { key }), problem })),
    };
    void poll(api, { schema, request, pauses, refresh, signal: end.signal, isFinal: final, on });
    return () => end.abort();
  }, [api, key]);

  const current = latest.key === key ? latest : { key };
  return {
    value: current.value,
    problem: current.problem,
    refresh: () => refresh.dispatchEvent(new Event('refresh')),
  };
}

type PollOptions<S extends v.GenericSchema> = {
  readonly schema: S;
  readonly request: PolledRequest;
  readonly pauses: Pauses;
  readonly refresh: EventTarget;
  readonly signal: AbortSignal;
  readonly isFinal: { readonly current: (value: v.InferOutput<S>) => boolean };
  readonly on: { value(value: v.InferOutput<S>): void; problem(problem: Problem): void };
};

async function poll<const S extends v.GenericSchema>(api: Api, options: PollOptions<S>): Promise<void> {
  const { schema, request, pauses, refresh, signal, isFinal, on } = options;
  let previous: string | undefined;
  let pause = 0;
  while (!signal.aborted) {
    let result: PollResult = 'failed';
    let retryAfter: number | undefined;
    try {
      const { value, text } = await api.request(schema, { method: 'GET', ...request, signal });
      if (signal.aborted) return;
      result = text === previous ? 'same' : 'changed';
      if (result === 'changed') on.value(value);
      previous = text;
      if (isFinal.current(value)) return;
    } catch (error) {
      if (signal.aborted) return;
      previous = undefined;
      if (error instanceof Problem && !error.isTransient) on.problem(error);
      if (error instanceof Problem) retryAfter = error.retryAfter;
    }
    pause = nextPause(pauses, pause, result, retryAfter);
    await waitFor(pause, signal, refresh);
  }
}
