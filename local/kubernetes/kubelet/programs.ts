import { accessSync, constants } from 'node:fs';
import { isRecord } from '../object.ts';

/** What a container runs, as a program of this machine. */
export type Program = { readonly file: string; readonly args: readonly string[] };

const TEKTON_ENTRYPOINT = '/tekton/bin/entrypoint';
const LAUNCHER = '/cnb/lifecycle/launcher';
const PROCESSES = '/cnb/process/';

/** Command line without Tekton's entrypoint, which runs what follows `-entrypoint`. */
export function withoutEntrypoint([command = '', ...args]: readonly string[]): readonly string[] {
  if (command !== TEKTON_ENTRYPOINT) return [command, ...args];
  const entrypoint = args.indexOf('-entrypoint');
  const end = args.indexOf('--', entrypoint);
  return [args[entrypoint + 1] ?? '', ...args.slice(end + 1)];
}

/** What of an image that was built here its launcher looks at. */
type Launchable = { readonly processes: Readonly<Record<string, string>> };

/**
 * The program behind a container's command line. Some programs of the images are not on this machine: Tekton's
 * entrypoint, and of Cloud Native Buildpacks the launcher, which runs its one argument in a shell, and the processes of
 * an image that was built here.
 */
export function programOf(line: readonly string[], image?: Launchable): Program {
  const [command = '', ...args] = withoutEntrypoint(line);
  if (command === LAUNCHER) return launched(args, image);
  if (!command.startsWith(PROCESSES)) return { file: command, args };
  const process = image?.processes[command.slice(PROCESSES.length)];
  // Arguments take the place of the process's own, the text that its shell runs.
  return process === undefined
    ? { file: command, args }
    : { file: shell(), args: ['-c', ...(args.length > 0 ? args : [process])] };
}

/** Reads the app's own profile in a shell, then runs the text in another one, as the launcher does. */
const WITH_PROFILE = '[ ! -f .profile ] || . ./.profile; exec "$0" -c "$1"';

/** The launcher's own end, with its words. */
const failure = (why: string, code: number): Program => ({
  file: '/bin/sh',
  args: ['-c', 'echo "ERROR: failed to launch: $0" >&2; exit "$1"', why, String(code)],
});

function launched(args: readonly string[], image: Launchable | undefined): Program {
  const [first, file, ...rest] = args;
  if (first === '--' && file !== undefined) return { file, args: rest };
  if (image === undefined) return { file: shell(), args: ['-c', ...args] };
  if (first === undefined) {
    return failure('determine start command: when there is no default process a command is required', 82);
  }
  if (args.length > 1) return { file: shell(), args: ['-c', ...args] };
  return { file: shell(), args: ['-c', WITH_PROFILE, shell(), first] };
}

function shell(): string {
  try {
    accessSync('/bin/bash', constants.X_OK);
    return '/bin/bash';
  } catch {
    return '/bin/sh';
  }
}

/** The code of a system error. It may come from another realm, so its class says nothing. */
export const codeOf = (error: unknown): string | undefined =>
  isRecord(error) && typeof error.code === 'string' ? error.code : undefined;

const REASON: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  E2BIG: 'argument list too long',
};

/** What Tekton's entrypoint says, as its log line and with exit code 1, when a program cannot be started. */
export function startFailure(file: string, error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT' && !file.includes('/')) {
    return `exec: ${JSON.stringify(file)}: executable file not found in $PATH`;
  }
  return `fork/exec ${file}: ${REASON[code ?? ''] ?? String(error)}`;
}
