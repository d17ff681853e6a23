import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type * as v from 'valibot';
import { LISTED, nextPause, type Pauses, type PollResult } from './backoff.ts';
import type { Api, Request } from './client.ts';
import { useApi } from './context.ts';
import { Problem } from './problem.ts';
import { waitFor } from './visibility.ts';

export type Polled<T> = {
  /** What was last read; it stays while the server does not answer. */
  readonly value: T | undefined;
  /** The refusal that the last look met, and that another look will not mend. */
  readonly problem: Problem | undefined;
  /** Looks now. */
  readonly refresh: () => void;
};

type Asked = Pick<Request, 'path' | 'query'>;

type Options<T> = {
  readonly pauses?: Pauses;
  /** Nothing more will change: no look after this one. */
  readonly isFinal?: (value: T) => boolean;
};

/**
 * Reads something again and again while the view is there: often while it changes, seldom while it does not, not at all
 * while nobody looks at the page. A server that does not answer is asked again; what was read stays on the screen.
 */
export function usePolled<const S extends v.GenericSchema>(
  schema: S,
  asked: Asked | undefined,
  { pauses = LISTED, isFinal = () => false }: Options<v.InferOutput<S>> = {},
): Polled<v.InferOutput<S>> {
  const api = useApi();
  const key = JSON.stringify(asked);
  const refresh = useMemo(() => new EventTarget(), []);
  const [held, setHeld] = useState<{ key: string; value?: v.InferOutput<S>; problem?: Problem }>({ key });
  const final = useRef(isFinal);
  final.current = isFinal;

  useEffect(() => {
    if (asked === undefined) return;
    const end = new AbortController();
    const told = {
      value: (value: v.InferOutput<S>) => setHeld({ key, value }),
      problem: (problem: Problem) =>
        setHeld((before) => ({ ...(before.key === key ? before : { key }), problem })),
    };
    void look(api, { schema, asked, pauses, refresh, signal: end.signal, isFinal: final, told });
    return () => end.abort();
  }, [api, key]);

  const current = held.key === key ? held : { key };
  return {
    value: current.value,
    problem: current.problem,
    refresh: () => refresh.dispatchEvent(new Event('hurry')),
  };
}

type Looking<S extends v.GenericSchema> = {
  readonly schema: S;
  readonly asked: Asked;
  readonly pauses: Pauses;
  readonly refresh: EventTarget;
  readonly signal: AbortSignal;
  readonly isFinal: { readonly current: (value: v.InferOutput<S>) => boolean };
  readonly told: { value(value: v.InferOutput<S>): void; problem(problem: Problem): void };
};

async function look<const S extends v.GenericSchema>(api: Api, looking: Looking<S>): Promise<void> {
  const { schema, asked, pauses, refresh, signal, isFinal, told } = looking;
  let before: string | undefined;
  let pause = 0;
  while (!signal.aborted) {
    let went: PollResult = 'failed';
    let retryAfter: number | undefined;
    try {
      const { value, text } = await api.ask(schema, { method: 'GET', ...asked, signal });
      if (signal.aborted) return;
      went = text === before ? 'same' : 'changed';
      if (went === 'changed') told.value(value);
      before = text;
      if (isFinal.current(value)) return;
    } catch (error) {
      if (signal.aborted) return;
      before = undefined;
      if (error instanceof Problem && !error.isPassing) told.problem(error);
      if (error instanceof Problem) retryAfter = error.retryAfter;
    }
    pause = nextPause(pauses, pause, went, retryAfter);
    await waitFor(pause, signal, refresh);
  }
}
