import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export type Screen = {
  /** To standard output, as it is. What a closed pipe no longer takes is dropped. */
  write(text: string): void;
  line(text: string): void;
  /** A line to standard error, which no pipe takes for output. */
  note(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** A passing line, on a terminal only; the next output takes its place. */
  progress(text: string): void;
  /** Whether somebody reads on: `head` closes its pipe after the first lines. */
  isClosed(): boolean;
  /** Cells of a line where standard output is a terminal. */
  readonly width: number | undefined;
  /** Resolves to whether the user agrees; `undefined` where there is no terminal to ask on. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Resolves to what the user answers; `undefined` where there is no terminal to ask on. */
  ask(question: string): Promise<string | undefined>;
};

type Streams = {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** `NO_COLOR` is set. */
  readonly plain: boolean;
};

/** The terminal, or the pipes in its place. */
export function newScreen({ stdin, stdout, stderr, plain }: Streams): Screen {
  let closed = false;
  let passing = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  const colourful = stderr.isTTY === true && !plain;
  const paint = (colour: 'red' | 'yellow', text: string) =>
    colourful ? styleText(colour, text, { validateStream: false }) : text;
  const clear = () => {
    if (passing) stderr.write('\r\u001b[K');
    passing = false;
  };
  const note = (text: string) => {
    clear();
    stderr.write(`${text}\n`);
  };
  const write = (text: string) => {
    clear();
    if (!closed) stdout.write(text);
  };
  const ask = async (question: string): Promise<string | undefined> => {
    if (stdin.isTTY !== true) return undefined;
    clear();
    const asker = createInterface({ input: stdin, output: stderr });
    try {
      return (await asker.question(`${question} `)).trim();
    } finally {
      asker.close();
    }
  };
  return {
    write,
    line: (text) => write(`${text}\n`),
    note,
    warn: (text) => note(`${paint('yellow', 'Warning:')} ${text}`),
    error: (text) => note(`${paint('red', 'taskbridge:')} ${text}`),
    progress: (text) => {
      if (stderr.isTTY !== true) return;
      stderr.write(`\r\u001b[K${text}`);
      passing = true;
    },
    isClosed: () => closed,
    width: stdout.isTTY === true ? stdout.columns : undefined,
    ask,
    confirm: async (question) => {
      const answer = await ask(`${question} [y/N]`);
      return answer === undefined ? undefined : /^y(es)?$/i.test(answer);
    },
  };
}
