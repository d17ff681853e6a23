import { BEYOND } from './requests-beyond.ts';
import { IN_SPACE } from './requests-in-space.ts';
import { OF_RUNS } from './requests-of-runs.ts';

/** Every request that the promises are held against, with its answer for each identity. */
export const REQUESTS = { ...IN_SPACE, ...OF_RUNS, ...BEYOND };

export type RequestName = keyof typeof REQUESTS;

const isName = (name: string): name is RequestName => name in REQUESTS;
const NAMES = Object.keys(REQUESTS).filter(isName);

/** Names of requests that contain one of these words. */
export const named = (...words: readonly string[]): readonly RequestName[] =>
  NAMES.filter((name) => words.some((word) => name.includes(word)));

/** Writes of what Taskbridge has. */
export const WRITES: readonly RequestName[] = [
  'create an App',
  'change an App',
  'delete an App',
  'create a Job',
  'change a Job',
  'delete a Job',
  'run any command in any image',
  'cancel a task',
  'delete a task',
  'create the Secret of an event',
  'create bindings',
  'change bindings',
  'delete the Secret of a build',
  'write the status of an App',
  'write the status of a Job',
];

/** Runs of another shape than that of a task. */
export const SHAPES: readonly RequestName[] = [
  ...named('run privileged', 'run with more', 'of the host', 'seccomp', 'second step', 'sidecar'),
  ...named(
    'choose the',
    'choose annotations',
    'tolerate',
    'run a task as another',
    'with the Secret of a build',
  ),
];

/** Requests for runs that are not Taskbridge's. */
export const OF_OTHERS = named('a run of others');
