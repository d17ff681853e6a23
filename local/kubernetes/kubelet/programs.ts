import { accessSync, constants } from 'node:fs';
import { isRecord } from '../object.ts';

/** What a container runs, as a program of this machine. */
export type Program = { readonly file: string; readonly args: readonly string[] };

const TEKTON_ENTRYPOINT = '/tekton/bin/entrypoint';
const LAUNCHER = '/cnb/lifecycle/launcher';

/**
 * The program behind a container's command line. Two programs of the images are not on this machine: Tekton's
 * entrypoint, which runs what follows `-entrypoint`, and the launcher of Cloud Native Buildpacks, which runs its one
 * argument in a shell.
 */
export function programOf([command = '', ...args]: readonly string[]): Program {
  if (command === TEKTON_ENTRYPOINT) {
    const entrypoint = args.indexOf('-entrypoint');
    const end = args.indexOf('--', entrypoint);
    return programOf([args[entrypoint + 1] ?? '', ...args.slice(end + 1)]);
  }
  if (command === LAUNCHER) return { file: shell(), args: ['-c', ...args] };
  return { file: command, args };
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
