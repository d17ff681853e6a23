import type { AppSpec } from '../apps/app.ts';
import { LAUNCHER } from './workspace.ts';

/** Variable of an argument after the command: the first is TASKBRIDGE_ARG_1. */
export const argumentVariable = (index: number): string => `TASKBRIDGE_ARG_${index + 1}`;

/**
 * Arguments of the entrypoint: the command, with `count` arguments after it. A shell gets them as its positional parameters,
 * from variables: the launcher of buildpacks would evaluate an argument of its own a second time.
 */
export function argumentsOf({ entrypoint }: AppSpec, command: string, count: number): string[] {
  const variables = Array.from({ length: count }, (_, index) => argumentVariable(index));
  if (count === 0) return [command];
  if (!takesScript(entrypoint)) return [command, ...variables.map((name) => `$(${name})`)];
  return [`set -- ${variables.map((name) => `"$${name}"`).join(' ')}; ${command} "$@"`];
}

/** True for a shell that runs its last argument as a script, however it is started: `bash -lc`, `env sh -c`. */
function takesScript(entrypoint: readonly string[] = [LAUNCHER]): boolean {
  const [last = '', ...before] = entrypoint.toReversed();
  if (before.length === 0) return last === LAUNCHER;
  return /^-[a-z]*c$/.test(last) && before.some((word) => /(^|\/)(ba|da|k|z|a)?sh$/.test(word));
}
