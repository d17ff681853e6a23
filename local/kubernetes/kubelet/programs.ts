import { accessSync, constants } from 'node:fs';
import { errorCodeOf } from '../../error-code.ts';

/** Program of this machine that a container runs. */
export type Program = { readonly file: string; readonly args: readonly string[] };

const TEKTON_ENTRYPOINT = '/tekton/bin/entrypoint';
const LAUNCHER = '/cnb/lifecycle/launcher';
const PROCESSES = '/cnb/process/';

/** Command line without Tekton's entrypoint: what follows `-entrypoint`. */
export function withoutEntrypoint([command = '', ...args]: readonly string[]): readonly string[] {
  if (command !== TEKTON_ENTRYPOINT) return [command, ...args];
  const entrypoint = args.indexOf('-entrypoint');
  const end = args.indexOf('--', entrypoint);
  return [args[entrypoint + 1] ?? '', ...args.slice(end + 1)];
}

/** Processes of an image that was built here. */
type Launchable = { readonly processes: Readonly<Record<string, string>> };

/**
 * Program behind a container's command line. Replaces the programs of images that do not exist on this machine:
 * Tekton's entrypoint, the launcher of Cloud Native Buildpacks, and the processes of an image that was built here.
 */
export function programOf(line: readonly string[], image?: Launchable): Program {
  const [command = '', ...args] = withoutEntrypoint(line);
  if (command === LAUNCHER) return launched(args, image);
  if (!command.startsWith(PROCESSES)) return { file: command, args };
  const process = image?.processes[command.slice(PROCESSES.length)];
  // Arguments replace those of the process, the text of its shell.
  return process === undefined
    ? { file: command, args }
    : { file: shell(), args: ['-c', ...(args.length > 0 ? args : [process])] };
}

/** Sources the app's `.profile`, then runs the text in another shell, as the launcher does. */
const WITH_PROFILE = '[ ! -f .profile ] || . ./.profile; exec "$0" -c "$1"';

/** Failure of the launcher, with its message and exit code. */
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

const REASON: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  E2BIG: 'argument list too long',
};

/** Message of Tekton's entrypoint when a program cannot be started. */
export function startFailure(file: string, error: unknown): string {
  const code = errorCodeOf(error);
  if (code === 'ENOENT' && !file.includes('/')) {
    return `exec: ${JSON.stringify(file)}: executable file not found in $PATH`;
  }
  return `fork/exec ${file}: ${REASON[code ?? ''] ?? String(error)}`;
}
