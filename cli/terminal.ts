import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Output and prompts of a command: results go to stdout, messages to stderr. */
export type Terminal = {
  /** Writes text to stdout as is; dropped once the pipe is closed. */
  write(text: string): void;
  line(text: string): void;
  /** Writes a line to stderr. */
  note(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** Shows a transient line on a terminal, which the next output overwrites. */
  progress(text: string): void;
  /** True once the reader of stdout closed the pipe, as `head` does. */
  isClosed(): boolean;
  /** Width of the terminal in cells; `undefined` where stdout is not a terminal. */
  readonly width: number | undefined;
  /** Asks a yes/no question, default no. Resolves to `undefined` without a terminal. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Asks for a line of text. Resolves to `undefined` without a terminal. */
  prompt(question: string): Promise<string | undefined>;
};

type Streams = {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** True with `NO_COLOR`. */
  readonly plain: boolean;
};

/** Creates the output of a command over a terminal or pipes. */
export function newScreen({ stdin, stdout, stderr, plain }: Streams): Terminal {
  let closed = false;
  let transient = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  const colourful = stderr.isTTY === true && !plain;
  const paint = (colour: 'red' | 'yellow', text: string) =>
    colourful ? styleText(colour, text, { validateStream: false }) : text;
  const clear = () => {
    if (transient) stderr.write('\r\u001b[K');
    transient = false;
  };
  const note = (text: string) => {
    clear();
    stderr.write(`${text}\n`);
  };
  const write = (text: string) => {
    clear();
    if (!closed) stdout.write(text);
  };
  const prompt = async (question: string): Promise<string | undefined> => {
    if (stdin.isTTY !== true) return undefined;
    clear();
    const reader = createInterface({ input: stdin, output: stderr });
    try {
      return (await reader.question(`${question} `)).trim();
    } finally {
      reader.close();
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
      transient = true;
    },
    isClosed: () => closed,
    width: stdout.isTTY === true ? stdout.columns : undefined,
    prompt,
    confirm: async (question) => {
      const answer = await prompt(`${question} [y/N]`);
      return answer === undefined ? undefined : /^y(es)?$/i.test(answer);
    },
  };
}
