import { useEffect, useState } from 'preact/hooks';
import { gapNote, logParts } from '../../cli/api/log-parts.ts';
import { LogPart } from '../../cli/api/responses.ts';
import { nextPause, WATCHED } from '../api/backoff.ts';
import type { Api } from '../api/client.ts';
import { useApi } from '../api/context.ts';
import { Problem, SignedOut } from '../api/problem.ts';
import { waitFor } from '../api/visibility.ts';
import { type LogText, NO_LOG, withPart } from '../log-text.ts';

/** Log that is being followed. */
export type FollowedLog = {
  readonly log: LogText;
  /** `gone`: the log was deleted with its pod; `problem` has the reason. */
  readonly state: 'following' | 'ended' | 'gone';
  readonly problem?: Problem;
};

/** Follows a task's log to its end. Each line appears once, also across dropped connections. */
export function useLog(space: string, task: string): FollowedLog {
  const api = useApi();
  const [following, setFollowedLog] = useState<FollowedLog>({ log: NO_LOG, state: 'following' });
  useEffect(() => {
    const end = new AbortController();
    setFollowedLog({ log: NO_LOG, state: 'following' });
    follow(api, [space, 'tasks', task, 'logs'], end.signal, setFollowedLog).catch((error: unknown) => {
      if (error instanceof Problem && !end.signal.aborted)
        setFollowedLog(({ log }) => ({ log, state: 'gone', problem: error }));
    });
    return () => end.abort();
  }, [api, space, task]);
  return following;
}

async function follow(
  api: Api,
  path: readonly string[],
  signal: AbortSignal,
  update: (change: (before: FollowedLog) => FollowedLog) => void,
): Promise<void> {
  const read = (cursor: string | undefined) => readWithRetry(api, path, { cursor, signal });
  for await (const part of logParts({ read, wait: (ms) => waitFor(ms, signal) })) {
    if (signal.aborted) return;
    update((before) => ({ ...before, log: withPart(before.log, part) }));
  }
  update((before) => ({ ...before, state: 'ended' }));
}

/** Reads a part of a log. Retries while the server is unreachable or busy; throws any other error. */
async function readWithRetry(
  api: Api,
  path: readonly string[],
  { cursor, signal }: { readonly cursor: string | undefined; readonly signal: AbortSignal },
): Promise<LogPart> {
  for (let pause = 0; ; ) {
    try {
      return (await api.request(LogPart, { method: 'GET', path, query: { cursor }, signal })).value;
    } catch (error) {
      if (signal.aborted || error instanceof SignedOut) throw error;
      if (error instanceof Problem && !error.isTransient) throw error;
      pause = nextPause(WATCHED, pause, 'failed', error instanceof Problem ? error.retryAfter : undefined);
      await waitFor(pause, signal);
      signal.throwIfAborted();
    }
  }
}

/** Reads the whole log up to now, in parts, with a line of its own where lines may be missing. */
export async function readLog(api: Api, space: string, task: string): Promise<readonly string[]> {
  const parts: string[] = [];
  let cursor: string | undefined;
  for (let more = true; more; ) {
    const request = { method: 'GET', path: [space, 'tasks', task, 'logs'], query: { cursor } } as const;
    const { value } = await api.request(LogPart, request);
    const note = gapNote(value);
    if (note !== undefined) parts.push(`${parts.at(-1)?.endsWith('\n') === false ? '\n' : ''}[${note}]\n`);
    if (value.log !== '') parts.push(value.log);
    cursor = value.cursor ?? cursor;
    more = value.more;
  }
  return parts;
}
