import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerFiles } from './files.ts';
import type { Container } from './pod-spec.ts';

/*
 * Tekton's entrypoint, as far as it is more than the program that it runs: it lets the steps of a pod go one after
 * another, and tells by the termination message what became of its own.
 */

const ENTRYPOINT = '/tekton/bin/entrypoint';

/** Folder of the results, as it stands in the text of a step. */
const RESULTS = '/tekton/results/';

/** Kinds of notes in a termination message. */
const RESULT = 1;
const INTERNAL = 3;

/** Whether a container waits for its turn. Others, those beside the steps, begin at once. */
export const isStep = ({ command }: Container): boolean => command[0] === ENTRYPOINT;

/** The line of a step that has no turn any more. */
export const SKIPPED = 'Skipping step because a previous step failed';

/** A text of a command line, where a path of a result is moved to where results are. */
export const withResultPaths = (text: string, { root }: ContainerFiles): string =>
  text.replaceAll(RESULTS, `${join(root, RESULTS)}`);

/** Termination message of a step that has run: its results, and when it began. */
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

/** Termination message of a step that has not run. */
export const skippedMessage = (now: Date): string =>
  JSON.stringify([
    { key: 'StartedAt', value: now.toISOString(), type: INTERNAL },
    { key: 'Reason', value: 'Skipped', type: INTERNAL },
  ]);
