import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { newLogFilter, visible } from './api/terminal-text.ts';
import { Interrupted } from './errors.ts';

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * Output and prompts of a command: results go to stdout, messages to stderr. Lines and messages show control characters as
 * {@link visible} does, and stay on one line.
 */
export type Terminal = {
  /** Writes text to stdout as is; dropped once the pipe is closed. */
  write(text: string): void;
  /** Writes a part of a log to stdout: as is to a pipe, with nothing that commands a terminal but colours to one. */
  log(part: string): void;
  /** Ends a log, and its colours, and on a terminal its line. */
  endLog(): void;
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
  /** Asks a yes/no question, default no. Resolves to `undefined` without a terminal and a piped answer. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Asks for a line of text. Resolves to `undefined` without a terminal and a piped answer. Rejects with `Interrupted`. */
  prompt(question: string): Promise<string | undefined>;
};

/** Streams of a command. */
export type Streams = {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** True with `NO_COLOR`. */
  readonly plain: boolean;
};

/** Text on one line, with its control characters shown. */
const lineOf = (text: string): string => visible(text.replace(/(?<!\s)\s*\n\s*/g, ' '));

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
  const write = (text: string) => {
    clear();
    if (!closed) stdout.write(text);
  };
  const filter = stdout.isTTY === true ? newLogFilter({ colours: true }) : (part: string) => part;
  let painted = false;
  let inLine = false;
  const log = (part: string) => {
    const text = filter(part);
    if (stdout.isTTY === true && text !== '') {
      painted ||= text.includes('\u001b[');
      inLine = !text.endsWith('\n');
    }
    write(text);
  };
  const endLog = () => {
    if (painted || inLine) write(`${painted ? '\u001b[0m' : ''}${inLine ? '\n' : ''}`);
    painted = false;
    inLine = false;
  };
  const note = (text: string, label = '') => {
    endLog();
    clear();
    stderr.write(`${label}${lineOf(text)}\n`);
  };
  const prompt = async (question: string): Promise<string | undefined> => {
    clear();
    const onTerminal = stdin.isTTY === true;
    const answer = await answerOf(
      stdin,
      onTerminal ? { output: stderr, question: `${lineOf(question)} ` } : {},
    );
    if (!onTerminal && answer !== undefined) note(`${question} ${answer}`);
    return onTerminal ? (answer ?? '') : answer;
  };
  return {
    write,
    log,
    endLog,
    line: (text) => write(`${lineOf(text)}\n`),
    note: (text) => note(text),
    warn: (text) => note(text, `${paint('yellow', 'Warning:')} `),
    error: (text) => note(text, `${paint('red', 'taskbridge:')} `),
    progress: (text) => {
      // It would overwrite the line of a log that goes on.
      if (stderr.isTTY !== true || inLine) return;
      stderr.write(`\r\u001b[K${lineOf(text)}`);
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

/** Reads a line of input; `undefined` at its end. With an output it is that of a terminal. Rejects with `Interrupted` on Ctrl-C. */
function answerOf(
  input: Readable,
  { output, question = '' }: { output?: Output; question?: string },
): Promise<string | undefined> {
  if (input.readableEnded) return Promise.resolve(undefined);
  const reader = createInterface({ input, ...(output === undefined ? {} : { output, terminal: true }) });
  return new Promise((resolve, reject) => {
    reader.on('line', (line) => {
      resolve(line.trim());
      reader.close();
    });
    reader.on('SIGINT', () => {
      output?.write('\n');
      reject(new Interrupted());
      reader.close();
    });
    reader.on('close', () => resolve(undefined));
    if (output === undefined) return;
    reader.setPrompt(question);
    reader.prompt();
  });
}
