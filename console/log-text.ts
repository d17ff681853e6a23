/** The part of a log that is shown. */
export type LogText = {
  readonly chunks: readonly { readonly id: number; readonly text: string }[];
  readonly lines: number;
  /** Lines that are no longer shown, the oldest ones. */
  readonly dropped: number;
};

export const NO_LOG: LogText = { chunks: [], lines: 0, dropped: 0 };

/** So many characters are shown at most: a page of more is slow to scroll. The download has all. */
const MOST = 2_000_000;

/** Colours and cursor moves that programs write for terminals (ECMA-48). */
const CONTROL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The log with a part behind it; chunks from its beginning are dropped when it gets too long. */
export function withPart(log: LogText, part: string, most = MOST): LogText {
  if (part === '') return log;
  const text = part.replace(CONTROL, '').replace(/\r(?=\n)/g, '');
  const chunks = [...log.chunks, { id: (log.chunks.at(-1)?.id ?? 0) + 1, text }];
  let length = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  let dropped = log.dropped;
  while (length > most && chunks.length > 1) {
    const [first] = chunks.splice(0, 1);
    length -= first?.text.length ?? 0;
    dropped += linesIn(first?.text ?? '');
  }
  return { chunks, dropped, lines: log.lines + linesIn(text) };
}

const linesIn = (text: string): number => text.split('\n').length - 1;
