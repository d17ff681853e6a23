/** Displayed part of a log. */
export type LogText = {
  readonly chunks: readonly { readonly id: number; readonly text: string }[];
  readonly lines: number;
  /** Number of oldest lines that are no longer displayed. */
  readonly dropped: number;
};

/** Log without lines. */
export const NO_LOG: LogText = { chunks: [], lines: 0, dropped: 0 };

/** Maximum of displayed characters, as a longer page scrolls slowly. The download has the whole log. */
const MAX_LENGTH = 2_000_000;

/** Terminal control sequences: colours and cursor moves (ECMA-48). */
const CONTROL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Appends a part to a log. Drops the oldest chunks beyond `maxLength` characters. */
export function withPart(log: LogText, part: string, maxLength = MAX_LENGTH): LogText {
  if (part === '') return log;
  const text = part.replace(CONTROL, '').replace(/\r(?=\n)/g, '');
  const chunks = [...log.chunks, { id: (log.chunks.at(-1)?.id ?? 0) + 1, text }];
  let length = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  let dropped = log.dropped;
  while (length > maxLength && chunks.length > 1) {
    const [first] = chunks.splice(0, 1);
    length -= first?.text.length ?? 0;
    dropped += linesIn(first?.text ?? '');
  }
  return { chunks, dropped, lines: log.lines + linesIn(text) };
}

const linesIn = (text: string): number => text.split('\n').length - 1;
