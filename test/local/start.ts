import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process of `npm start`. */
export type Start = {
  readonly child: ChildProcess;
  /** Its exit code and signal. */
  readonly ended: Promise<unknown[]>;
  /** What it has printed once it is ready. Rejects where it ends before. */
  ready(): Promise<string>;
  readonly stderr: NodeJS.ReadableStream;
};

/** Starts `npm start` with its files in a folder of the test. `port`: default, the usual ones. */
export function start(folder: string, port?: string, args: readonly string[] = []): Start {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      XDG_CONFIG_HOME: folder,
      ...(port === undefined ? {} : { PORT: port }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const printed = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('Press Ctrl-C to stop.')) resolve(text);
    });
  });
  const early = async (): Promise<never> => {
    throw new Error(`It ended with ${await ended}.`);
  };
  return { child, ended, stderr: child.stderr, ready: () => Promise.race([printed, early()]) };
}

/** Lines that are meant to be pasted: the indented ones after the first that sources a file. */
export function pastedLines(printed: string): readonly string[] {
  const lines = printed.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith('. '));
  return printed
    .split('\n')
    .slice(first)
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());
}
