import { spawn } from 'node:child_process';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line as it is built for users. */
const FILE = fileURLToPath(new URL('../../.build/taskbridge.mjs', import.meta.url));

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

type Options = {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with what standard output and standard error hold so far, whenever there is more. */
  readonly onOutput?: (texts: { out: string; err: string }, kill: (signal: NodeJS.Signals) => void) => void;
};

/** Runs a line of a shell in which `taskbridge` is the command under test. */
export type CommandLine = (line: string, options?: Options) => Promise<Ended>;

/** Shell with these variables, a home directory of its own, and the time zone of Seoul. */
export async function commandLine(settings: Readonly<Record<string, string>>): Promise<CommandLine> {
  const home = await mkdtemp(join(tmpdir(), 'taskbridge-cli-'));
  await symlink(FILE, join(home, 'taskbridge'));
  const base = { PATH: `${home}:${process.env.PATH}`, HOME: home, TZ: 'Asia/Seoul', ...settings };
  return (line, { env = {}, onOutput } = {}) => {
    const child = spawn('bash', ['-c', line], {
      env: { ...base, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { out: '', err: '' };
    const collect = (stream: 'out' | 'err') => (chunk: Buffer) => {
      texts[stream] += chunk.toString();
      onOutput?.(texts, (signal) => child.kill(signal));
    };
    child.stdout.on('data', collect('out'));
    child.stderr.on('data', collect('err'));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...texts }));
    });
  };
}
