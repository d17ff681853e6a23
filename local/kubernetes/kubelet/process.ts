import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LogWriter } from './container-log.ts';
import { codeOf, type Program, startFailure } from './programs.ts';

/** A program that runs in a process group of its own. */
export type RunningProcess = {
  /** Exit code, when the program has ended, its children are killed and its output is in the log. */
  readonly ended: Promise<number>;
  /** SIGTERM to the group now, SIGKILL after the grace. A second call may shorten the grace. */
  terminate(graceMs: number): void;
};

/** Exit code that Tekton's entrypoint gives when its program was killed by a signal (measured). */
const KILLED = 255;

/** Longest wait, in ms, for output that a child which left the group still holds open. */
const OUTPUT_MS = 500;

/** A program, the directory that it starts in, and all of its environment. */
export type ProcessSpec = {
  readonly program: Program;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Starts a program, whose output goes to the log; without a log it is discarded. One that cannot be started ends with exit
 * code 1 and a line in the log, as Tekton has it.
 */
export function startProcess(spec: ProcessSpec, log?: LogWriter): RunningProcess {
  const failed = (error: unknown) => endFailed(spec.program, error, log);
  const child = spawnGroup(spec, log);
  if ('error' in child) return { ended: failed(child.error), terminate: () => undefined };
  let isOver = false;
  let killer: NodeJS.Timeout | undefined;

  const end = async (): Promise<number> => {
    try {
      const [code] = await once(child, 'exit');
      isOver = true;
      signal(child, 'SIGKILL');
      await outputEnd(child);
      await log?.close();
      return typeof code === 'number' ? code : KILLED;
    } catch (error) {
      return await failed(error);
    } finally {
      isOver = true;
      clearTimeout(killer);
    }
  };

  return {
    ended: end(),
    terminate: (graceMs) => {
      // The number of a group that is gone may be another's by now.
      if (isOver) return;
      signal(child, 'SIGTERM');
      clearTimeout(killer);
      killer = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
    },
  };
}

/** The child, its output on its way to the log; or why Node did not even try: a NUL in an argument, E2BIG. */
function spawnGroup(
  { program, directory, environment }: ProcessSpec,
  log: LogWriter | undefined,
): ChildProcess | { readonly error: unknown } {
  const output = log === undefined ? 'ignore' : 'pipe';
  try {
    const child = spawn(program.file, [...program.args], {
      cwd: directory,
      env: { ...environment },
      detached: true,
      stdio: ['ignore', output, output],
    });
    if (child.stdout !== null) log?.take('stdout', child.stdout);
    if (child.stderr !== null) log?.take('stderr', child.stderr);
    return child;
  } catch (error) {
    return { error };
  }
}

/** To the whole group, whose leader the child is; a group that is gone already is no error. */
function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/** A child that made a group of its own may keep the pipes open for ever: the container's log does not wait for it. */
async function outputEnd(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : [stream]));
  const giveUp = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, OUTPUT_MS);
  await Promise.all(streams.map((stream) => (stream.closed ? undefined : once(stream, 'close'))));
  clearTimeout(giveUp);
}

async function endFailed(program: Program, error: unknown, log: LogWriter | undefined): Promise<number> {
  const now = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  log?.say(`${now} Error executing command: ${startFailure(program.file, error)}`);
  await log?.close();
  return 1;
}
