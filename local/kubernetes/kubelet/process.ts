import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ContainerLog } from './container-log.ts';
import { codeOf, type Program, startFailure } from './programs.ts';

/** A program that runs in a process group of its own. */
export type RunningProcess = {
  /** Exit code, when the program has ended, its children are killed and its output is in the log. */
  readonly ended: Promise<number>;
  /** SIGTERM to the group now, SIGKILL after the grace. A second call may shorten the grace. */
  terminate(graceMs: number): void;
};

/** Exit code that Tekton's entrypoint gives when its program was killed by a signal (measured on 1.9). */
const KILLED = 255;

/** Longest wait, in ms, for output that a child which left the group still holds open. */
const OUTPUT_MS = 500;

type Start = {
  readonly program: Program;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: ContainerLog;
};

/** Starts a program. One that cannot be started ends with exit code 1 and a line in the log, as Tekton has it. */
export function startProcess({
  program: { file, args },
  directory,
  environment,
  log,
}: Start): RunningProcess {
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;
  let child: ChildProcess;
  try {
    child = spawn(file, [...args], {
      cwd: directory,
      env: { ...environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    // Node throws some errors of the start at once, such as E2BIG and a NUL in an argument.
    return { ended: failed(log, file, error), terminate: () => undefined };
  }
  if (child.stdout !== null) log.take('stdout', child.stdout);
  if (child.stderr !== null) log.take('stderr', child.stderr);

  const ended = async (): Promise<number> => {
    try {
      const [code] = await once(child, 'exit');
      isOver = true;
      signal(child, 'SIGKILL');
      await outputEnd(child);
      await log.close();
      return typeof code === 'number' ? code : KILLED;
    } catch (error) {
      return await failed(log, file, error);
    } finally {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    }
  };

  return {
    ended: ended(),
    terminate: (graceMs) => {
      // The number of a group that is gone may be another's by now.
      if (isOver) return;
      signal(child, 'SIGTERM');
      timers.add(setTimeout(() => signal(child, 'SIGKILL'), graceMs));
    },
  };
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

async function failed(log: ContainerLog, file: string, error: unknown): Promise<number> {
  const why = startFailure(file, error);
  const now = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  log.say(`${now} Error executing command: ${why}`);
  await log.close();
  return 1;
}
