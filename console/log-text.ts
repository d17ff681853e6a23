import { gapNote } from '../cli/api/log-parts.ts';
import type { LogPart } from '../cli/api/responses.ts';
import { newLogFilter } from '../cli/api/terminal-text.ts';

/** Displayed piece of a log; `isGap`: a note that lines may be missing there. */
type Chunk = { readonly id: number; readonly text: string; readonly isGap?: boolean };

/** Displayed part of a log. */
export type LogText = {
  readonly chunks: readonly Chunk[];
  /** Text of the line that has no end yet, as it was sent. */
  readonly open: string;
  readonly lines: number;
  /** Number of oldest lines that are no longer displayed. */
  readonly dropped: number;
};

/** Log without lines. */
export const NO_LOG: LogText = { chunks: [], open: '', lines: 0, dropped: 0 };

/** Maximum of displayed characters, as a longer page scrolls slowly. The download has the whole log. */
const MAX_LENGTH = 2_000_000;

/** Maximum length of a line that a later part may still overwrite. */
const MAX_OPEN_LENGTH = 65_536;

/** Appends a part to a log. Drops the oldest chunks beyond `maxLength` characters. */
export function withPart(log: LogText, part: Pick<LogPart, 'log' | 'gap'>, maxLength = MAX_LENGTH): LogText {
  const note = gapNote(part);
  // Behind a gap the line that had no end is not the one that goes on.
  const before = note === undefined ? log : { ...withLines(log, log.open === '' ? '' : '\n'), open: '' };
  const noted = note === undefined ? before : withChunk(before, { text: `${note}\n`, isGap: true });
  return shortened(part.log === '' ? noted : withLines(noted, part.log), maxLength);
}

function withLines({ open, ...log }: LogText, part: string): LogText {
  const text = `${open}${part}`;
  const end =
    text.length - text.lastIndexOf('\n') - 1 > MAX_OPEN_LENGTH ? text.length : text.lastIndexOf('\n') + 1;
  const whole = text.slice(0, end);
  const rest = text.slice(end);
  const lines = log.lines - countOpen(open) + whole.split('\n').length - 1 + countOpen(rest);
  const next = { ...log, lines, open: rest };
  return whole === '' ? next : withChunk(next, { text: shownOf(whole) });
}

const countOpen = (open: string): number => (open === '' ? 0 : 1);

const withChunk = (log: LogText, chunk: Omit<Chunk, 'id'>): LogText => ({
  ...log,
  chunks: [...log.chunks, { ...chunk, id: (log.chunks.at(-1)?.id ?? 0) + 1 }],
});

function shortened(log: LogText, maxLength: number): LogText {
  const chunks = [...log.chunks];
  let length = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  let dropped = log.dropped;
  while (length > maxLength && chunks.length > 1) {
    const [first] = chunks.splice(0, 1);
    length -= first?.text.length ?? 0;
    dropped += first?.isGap === true ? 0 : (first?.text.split('\n').length ?? 1) - 1;
  }
  return { ...log, chunks, dropped };
}

/** Text as a terminal leaves it: without its commands, and of each line the state behind the last carriage return. */
export const shownOf = (text: string): string =>
  newLogFilter({ colours: false })(text)
    .split('\n')
    .map((line) => {
      const states = line.split('\r');
      return states.findLast((state) => state !== '') ?? '';
    })
    .join('\n');
