import { useEffect, useState } from 'preact/hooks';
import { logParts } from '../../cli/api/log-parts.ts';
import { LogPart } from '../../cli/api/responses.ts';
import { nextPause, WATCHED } from '../api/backoff.ts';
import type { Api } from '../api/client.ts';
import { useApi } from '../api/context.ts';
import { Problem, SignedOut } from '../api/problem.ts';
import { waitFor } from '../api/visibility.ts';
import { type LogText, NO_LOG, withPart } from '../log-text.ts';

export type Following = {
  readonly log: LogText;
  /** `gone`: the log went with its pod; why is in `problem`. */
  readonly state: 'following' | 'ended' | 'gone';
  readonly problem?: Problem;
};

/** Follows a task's log to its end, through dropped connections, each line once. */
export function useLog(space: string, task: string): Following {
  const api = useApi();
  const [following, setFollowing] = useState<Following>({ log: NO_LOG, state: 'following' });
  useEffect(() => {
    const end = new AbortController();
    setFollowing({ log: NO_LOG, state: 'following' });
    follow(api, [space, 'tasks', task, 'logs'], end.signal, setFollowing).catch((error: unknown) => {
      if (error instanceof Problem && !end.signal.aborted)
        setFollowing(({ log }) => ({ log, state: 'gone', problem: error }));
    });
    return () => end.abort();
  }, [api, space, task]);
  return following;
}

async function follow(
  api: Api,
  path: readonly string[],
  signal: AbortSignal,
  told: (change: (before: Following) => Following) => void,
): Promise<void> {
  const ask = (cursor: string | undefined) => patiently(api, path, { cursor, signal });
  for await (const part of logParts({ ask, wait: (ms) => waitFor(ms, signal) })) {
    if (signal.aborted) return;
    told((before) => ({ ...before, log: withPart(before.log, part.log) }));
  }
  told((before) => ({ ...before, state: 'ended' }));
}

/** Asks until the server answers; what is refused for good is thrown. */
async function patiently(
  api: Api,
  path: readonly string[],
  { cursor, signal }: { readonly cursor: string | undefined; readonly signal: AbortSignal },
): Promise<LogPart> {
  for (let pause = 0; ; ) {
    try {
      return (await api.ask(LogPart, { method: 'GET', path, query: { cursor }, signal })).value;
    } catch (error) {
      if (signal.aborted || error instanceof SignedOut) throw error;
      if (error instanceof Problem && !error.isPassing) throw error;
      pause = nextPause(WATCHED, pause, 'failed', error instanceof Problem ? error.retryAfter : undefined);
      await waitFor(pause, signal);
      signal.throwIfAborted();
    }
  }
}

/** The whole log, from its first line to the newest one. */
export async function wholeLog(api: Api, space: string, task: string): Promise<readonly string[]> {
  const parts: string[] = [];
  let cursor: string | undefined;
  for (let more = true; more; ) {
    const request = { method: 'GET', path: [space, 'tasks', task, 'logs'], query: { cursor } } as const;
    const { value } = await api.ask(LogPart, request);
    parts.push(value.log);
    cursor = value.cursor ?? cursor;
    more = value.more;
  }
  return parts;
}
