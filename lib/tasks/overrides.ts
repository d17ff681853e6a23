import * as v from 'valibot';
import type { Resources } from '../apps/app.ts';
import { EnvVar, MAX_ARGUMENT_BYTES } from '../apps/env-var.ts';
import { Duration, formatDuration } from '../platform/quantities.ts';
import { argument, listOf, listOfNamed } from '../platform/schema.ts';

/** Longest timeout of a job or of one run, in seconds: a year. */
const MAX_TIMEOUT_SECONDS = 365 * 24 * 3600;

/** Timeout of a job or of one run, in seconds, in place of the app's. */
export const Timeout = v.pipe(
  Duration,
  v.check((seconds) => seconds >= 1, 'It is 0: at least 1s, or leave it out.'),
  v.check(
    (seconds) => seconds <= MAX_TIMEOUT_SECONDS,
    (issue) => `${formatDuration(issue.input)} is too long: at most ${MAX_TIMEOUT_SECONDS / 3600}h.`,
  ),
);

const MAX_VARIABLES = 100;
const MAX_ARGS = 64;

const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/**
 * Variables of a job or of one run, merged over the app's by name. Their values are limited together: a run has those of
 * app, job and request twice, and an object of the cluster has 1.5 MB at most.
 */
export const Variables = v.pipe(
  listOfNamed(EnvVar, MAX_VARIABLES),
  v.check(
    (variables) => bytesOf(variables.map(({ value = '' }) => value)) <= MAX_ARGUMENT_BYTES,
    `The values have more than ${MAX_ARGUMENT_BYTES} bytes in UTF-8 together; that many are allowed.`,
  ),
  v.metadata({ description: `Values of at most ${MAX_ARGUMENT_BYTES} bytes in UTF-8 together.` }),
);

/** Arguments after the command of one run. */
export const Args = v.pipe(
  listOf(argument(MAX_ARGUMENT_BYTES), MAX_ARGS),
  v.check(
    (args) => bytesOf(args) <= MAX_ARGUMENT_BYTES,
    `The arguments have more than ${MAX_ARGUMENT_BYTES} bytes in UTF-8 together; that many are allowed.`,
  ),
  v.metadata({ description: `At most ${MAX_ARGUMENT_BYTES} bytes in UTF-8 together.` }),
);

/** Settings of a job, or of one run, in place of its app's. */
export type TaskSettings = {
  readonly resources?: Resources | undefined;
  readonly env?: readonly EnvVar[] | undefined;
  /** In seconds. */
  readonly timeout?: number | undefined;
};

/** Settings of one run over those of its job: resources and variables one by one. */
export const mergeSettings = (job: TaskSettings = {}, own: TaskSettings = {}): TaskSettings => ({
  resources: { ...job.resources, ...own.resources },
  env: mergeVariables(job.env, own.env),
  timeout: own.timeout ?? job.timeout,
});

/** Variables in order, each name once: the later list wins. */
export function mergeVariables(
  before: readonly EnvVar[] = [],
  after: readonly EnvVar[] = [],
): readonly EnvVar[] {
  const replaced = new Set(after.map(({ name }) => name));
  return [...before.filter(({ name }) => !replaced.has(name)), ...after];
}

/** Names of what one run was given beside its command, name and resources. Values are left out: lists show these. */
export type Overrides = {
  /** Names of its variables. */
  readonly env?: readonly string[] | undefined;
  /** Number of its arguments. */
  readonly args?: number | undefined;
  /** Its timeout, such as `90s`. */
  readonly timeout?: string | undefined;
};

/** Overrides of a request; `undefined` without any. */
export function overridesOf({
  env = [],
  args = [],
  timeout,
}: TaskSettings & { readonly args?: readonly string[] | undefined }): Overrides | undefined {
  if (env.length === 0 && args.length === 0 && timeout === undefined) return undefined;
  return {
    ...(env.length === 0 ? {} : { env: env.map(({ name }) => name) }),
    ...(args.length === 0 ? {} : { args: args.length }),
    ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
  };
}

const WrittenOverrides = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    env: v.optional(v.pipe(v.array(v.string()), v.maxLength(MAX_VARIABLES))),
    args: v.optional(v.number()),
    timeout: v.optional(v.string()),
  }),
);

/** Overrides of an annotation; `undefined` for any other text: anybody may write one. */
export function parseOverrides(text: string | undefined): Overrides | undefined {
  const parsed = v.safeParse(WrittenOverrides, text);
  return parsed.success ? parsed.output : undefined;
}
