import { spawn } from 'node:child_process';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../cli/run.ts';
import { commandOf } from './shell-words.ts';

/** The command line as it is built for users. */
export const COMMAND_FILE = fileURLToPath(new URL('../../.build/taskbridge.mjs', import.meta.url));

const TIME_ZONE = 'Asia/Seoul';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

type Environment = Readonly<Record<string, string>>;

/** Receives each chunk of output. */
type Collect = (stream: 'out' | 'err', chunk: Buffer) => void;

type Options = {
  readonly env?: Environment;
  /** Called with what standard output and standard error hold so far, whenever there is more. */
  readonly onOutput?: (texts: { out: string; err: string }, kill: (signal: NodeJS.Signals) => void) => void;
};

/**
 * Runs a line of a shell in which `taskbridge` is the command under test. A line that is this command and plain words alone
 * runs in the process of the test; any other is a shell, and its commands are processes: `exec taskbridge …` too, for what
 * a process alone has, such as signals and the environment that the AWS SDK reads.
 */
export type CommandLine = (line: string, options?: Options) => Promise<Ended>;

/**
 * Shell with these variables, a home directory of its own, and the time zone of Seoul. With `COLUMNS` the output of a
 * command that runs in the process of the test is a terminal of that width; that of any other is a pipe.
 */
export async function commandLine(settings: Environment): Promise<CommandLine> {
  const home = await mkdtemp(join(tmpdir(), 'taskbridge-cli-'));
  await symlink(COMMAND_FILE, join(home, 'taskbridge'));
  const base = { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), ...settings };
  return async (line, { env = {}, onOutput } = {}) => {
    const texts = { out: '', err: '' };
    let kill = (_: NodeJS.Signals): void => {
      throw new Error(`Only a process can be killed: exec ${line}`);
    };
    const collect: Collect = (stream, chunk) => {
      texts[stream] += chunk.toString();
      onOutput?.(texts, kill);
    };
    const command = commandOf(line);
    if (command?.name === 'taskbridge') {
      return { code: await here(command.args, { ...base, ...env, ...command.env }, collect), ...texts };
    }
    const shell = inShell(line, { ...base, ...env }, collect);
    kill = shell.kill;
    return { code: await shell.code, ...texts };
  };
}

function here(args: readonly string[], env: Environment, collect: Collect): Promise<number> {
  const output = (stream: 'out' | 'err') =>
    new Writable({
      write: (chunk, _, done) => {
        collect(stream, chunk);
        done();
      },
    });
  const { COLUMNS } = env;
  const stdout = Object.assign(output('out'), {
    isTTY: COLUMNS !== undefined,
    ...(COLUMNS === undefined ? {} : { columns: Number(COLUMNS) }),
  });
  return run({
    ...{ args, env, timeZone: TIME_ZONE },
    ...{ stdin: Readable.from([]), stdout, stderr: output('err') },
    onInterrupt: () => {},
  });
}

function inShell(line: string, env: Environment, collect: Collect) {
  const { PATH, TMPDIR = '' } = process.env;
  const child = spawn('bash', ['-c', line], {
    env: { PATH: `${env.HOME}:${PATH}`, TMPDIR, TZ: TIME_ZONE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => collect('out', chunk));
  child.stderr.on('data', (chunk) => collect('err', chunk));
  const code = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
