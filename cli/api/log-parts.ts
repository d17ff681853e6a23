import { isFinished, type LogPart } from './responses.ts';

/** Poll interval for a log, in ms: at first, and at most while no lines come. */
const MIN_PAUSE_MS = 300;
const MAX_PAUSE_MS = 3_000;

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
  let pause = MIN_PAUSE_MS;
  for (;;) {
    const part = await read(cursor);
    if (part === 'gone') return;
    yield part;
    cursor = part.cursor ?? cursor;
    if (part.more) continue;
    if (isFinished(part.state)) return;
    pause = part.log === '' ? Math.min(pause * 1.5, MAX_PAUSE_MS) : MIN_PAUSE_MS;
    await wait(pause);
  }
}

/** Sentence for a place in a log where lines may be missing; `undefined` where none are. */
export function gapNote({ gap }: Pick<LogPart, 'gap'>): string | undefined {
  if (gap === undefined) return undefined;
  const when = gap.to === undefined ? `after ${gap.from}` : `between ${gap.from} and ${gap.to}`;
  return `Lines written ${when} may be missing: the node keeps only the newest part of a log.`;
}
