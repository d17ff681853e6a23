import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerFiles } from './files.ts';
import type { Container } from './pod-spec.ts';

/*
 * Tekton's entrypoint: it runs the steps of a pod in order and reports their results in the termination message.
 */

const ENTRYPOINT = '/tekton/bin/entrypoint';

/** Folder of results in the paths of a step. */
const RESULTS = '/tekton/results/';

/** Types of results in a termination message. */
const RESULT = 1;
const INTERNAL = 3;

/** Tests for a step, which waits for the previous one. Sidecars start immediately. */
export const isStep = ({ command }: Container): boolean => command[0] === ENTRYPOINT;

/** Log line of a step that is skipped. */
export const SKIPPED = 'Skipping step because a previous step failed';

/** Replaces the path of results in an argument by the folder on this machine. */
export const withResultPaths = (text: string, { root }: ContainerFiles): string =>
  text.replaceAll(RESULTS, `${join(root, RESULTS)}`);

/** Termination message of a step that has run: its results and start time. */
export async function messageOf(
  { args }: Container,
  { root }: ContainerFiles,
  startedAt: Date,
): Promise<string> {
  const flag = args.indexOf('-results');
  const names = flag === -1 || flag > args.indexOf('-entrypoint') ? [] : (args[flag + 1] ?? '').split(',');
  const results = await Promise.all(
    names.map(async (name) => {
      const value = await readFile(join(root, RESULTS, name), 'utf8').catch(() => undefined);
      return value === undefined ? [] : [{ key: name, value, type: RESULT }];
    }),
  );
  return JSON.stringify([
    ...results.flat(),
    { key: 'StartedAt', value: startedAt.toISOString(), type: INTERNAL },
  ]);
}

/** Termination message of a skipped step. */
export const skippedMessage = (now: Date): string =>
  JSON.stringify([
    { key: 'StartedAt', value: now.toISOString(), type: INTERNAL },
    { key: 'Reason', value: 'Skipped', type: INTERNAL },
  ]);
