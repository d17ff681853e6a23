import { isFinished, type LogPart } from './answers.ts';

/** Between two looks at a log, in ms: the first one, and the longest once it is quiet. */
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3_000;

/** How a log is asked for and waited for. */
export type LogSource = {
  /** The part behind the cursor, the first one without. `gone`: the log went with its pod. */
  readonly ask: (cursor: string | undefined) => Promise<LogPart | 'gone'>;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * A task's log, part by part as it grows, to its end. Each line comes once, whatever breaks on the way: a part counts only
 * when it arrived whole, and the next one is asked for from its cursor on. What `ask` throws ends it.
 */
export async function* logParts({ ask, wait }: LogSource): AsyncGenerator<LogPart> {
  let cursor: string | undefined;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const part = await ask(cursor);
    if (part === 'gone') return;
    yield part;
    cursor = part.cursor ?? cursor;
    if (part.more) continue;
    if (isFinished(part.state)) return;
    pause = part.log === '' ? Math.min(pause * 1.5, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    await wait(pause);
  }
}
