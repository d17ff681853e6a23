import { pauseAfter } from './poll.ts';
import { isFinished, type LogPart } from './responses.ts';

/** Access to a log. */
export type LogSource = {
  /** Reads the part after the cursor, the first one without. `gone`: the log was deleted with its pod. */
  readonly read: (cursor: string | undefined) => Promise<LogPart | 'gone'>;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * Follows a log to its end. Yields each byte exactly once across retries, as the cursor advances only after a complete
 * response. Propagates what `read` throws.
 */
export async function* logParts({ read, wait }: LogSource): AsyncGenerator<LogPart> {
  let cursor: string | undefined;
  let waitedMs = 0;
  for (;;) {
    const part = await read(cursor);
    if (part === 'gone') return;
    yield part;
    cursor = part.cursor ?? cursor;
    if (part.more) continue;
    if (isFinished(part.state)) return;
    if (part.log !== '') waitedMs = 0;
    const pause = pauseAfter(waitedMs);
    await wait(pause);
    waitedMs += pause;
  }
}

/** Sentence for a place in a log where lines may be missing; `undefined` where none are. */
export function gapNote({ gap }: Pick<LogPart, 'gap'>): string | undefined {
  if (gap === undefined) return undefined;
  const when = gap.to === undefined ? `after ${gap.from}` : `between ${gap.from} and ${gap.to}`;
  return `Lines written ${when} may be missing: the node keeps only the newest part of a log.`;
}
