import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { errorCodeOf } from '../../error-code.ts';
import type { LogWriter } from './container-log.ts';
import { type Program, startFailure } from './programs.ts';

/** Program in its own process group. */
export type RunningProcess = {
  /** Exit code, once the program has exited, its children are killed and its output is in the log. */
  readonly ended: Promise<number>;
  /** Sends SIGTERM to the group now and SIGKILL after the grace period. A second call may shorten it. */
  terminate(graceMs: number): void;
};

/** Exit code of Tekton's entrypoint when a signal ended its program, and of a container that the kubelet killed (measured). */
const SIGNALLED_EXIT_CODE = 255;
const KILLED_EXIT_CODE = 137;

/** Longest wait in ms for output that a child outside the group holds open. */
const OUTPUT_TIMEOUT_MS = 500;

/** Program with its working directory and complete environment. */
export type ProcessSpec = {
  readonly program: Program;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Starts a program with its output in the log, or discarded without one. If it cannot be started, it ends with exit
 * code 1 and a log line, as in Tekton.
 */
export function startProcess(spec: ProcessSpec, log?: LogWriter): RunningProcess {
  const failed = (error: unknown) => endFailed(spec.program, error, log);
  const child = spawnGroup(spec, log);
  if ('error' in child) return { ended: failed(child.error), terminate: () => undefined };
  let isOver = false;
  let isKilled = false;
  let killer: NodeJS.Timeout | undefined;

  const end = async (): Promise<number> => {
    try {
      const [code] = await once(child, 'exit');
      isOver = true;
      signal(child, 'SIGKILL');
      await waitForOutput(child);
      await log?.close();
      return typeof code === 'number' ? code : isKilled ? KILLED_EXIT_CODE : SIGNALLED_EXIT_CODE;
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
      // The group id may already belong to another process.
      if (isOver) return;
      signal(child, 'SIGTERM');
      clearTimeout(killer);
      killer = setTimeout(() => {
        isKilled = true;
        signal(child, 'SIGKILL');
      }, graceMs);
    },
  };
}

/** Spawns the program; returns the error if Node refuses, such as for a NUL in an argument or E2BIG. */
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
    if (child.stdout !== null) log?.pipeFrom('stdout', child.stdout);
    if (child.stderr !== null) log?.pipeFrom('stderr', child.stderr);
    return child;
  } catch (error) {
    return { error };
  }
}

/** Signals the whole process group. A group that is gone is not an error. */
function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (errorCodeOf(error) !== 'ESRCH') throw error;
  }
}

/** Waits for the end of the output, but not for ever: a child in another group may keep the pipes open. */
async function waitForOutput(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : [stream]));
  const giveUp = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, OUTPUT_TIMEOUT_MS);
  await Promise.all(streams.map((stream) => (stream.closed ? undefined : once(stream, 'close'))));
  clearTimeout(giveUp);
}

async function endFailed(program: Program, error: unknown, log: LogWriter | undefined): Promise<number> {
  const now = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  log?.writeLine(`${now} Error executing command: ${startFailure(program.file, error)}`);
  await log?.close();
  return 1;
}
