import { UsageError } from './errors.ts';
import type { Flag, ParsedArgs } from './verb.ts';

/** Resource flags, on each verb that sets a task's resources. */
export const RESOURCES: readonly Flag[] = [
  { flags: '-m, --memory-limit <size>', description: 'memory limit, such as 256M or 1G' },
  { flags: '-k, --disk-quota <size>', description: 'disk quota, such as 1G' },
  { flags: '--cpu-cores <number>', description: 'CPU cores, such as 0.5 or 500m' },
];

/** Resources that the flags set. Fields without a flag are left out, so that the job's or the app's apply. */
export function resourcesOf(given: ParsedArgs) {
  const memory = sizeOf(given.text('memory-limit'));
  const disk = sizeOf(given.text('disk-quota'));
  const cpu = given.text('cpu-cores');
  const resources = present({ memory, disk, cpu });
  return Object.keys(resources).length === 0 ? undefined : resources;
}

const SIZE = /^(\d{1,15}(?:\.\d{1,15})?)\s*([KMGT]?)(?:i|B|iB)?$/i;
const MEBIBYTE = 1024 ** 2;

/**
 * Size as the API takes it: whole mebibytes, or bytes, rounded down. Cloud Foundry's tools take fractions and any case of
 * the unit (`1.5gb`). Any other text is the API's to refuse.
 */
export function sizeOf(text: string | undefined): string | undefined {
  const [, digits, unit = ''] = SIZE.exec(text ?? '') ?? [];
  if (digits === undefined) return text;
  const bytes = Math.floor(Number(digits) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase()));
  if (!Number.isSafeInteger(bytes)) return text;
  return bytes % MEBIBYTE === 0 ? `${bytes / MEBIBYTE}Mi` : String(bytes);
}

/** Splits NAME=VALUE at the first "=". Throws a usage error where there is none. */
export function pairOf(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${flag} "${text}" is invalid: use ${flag} NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Flag for variables, and their list in a request. */
export const ENV: Flag = {
  flags: '-e, --env <NAME=VALUE>',
  description: 'environment variable',
  repeatable: true,
};

/** Variables that the flag sets; `undefined` for none. Throws a usage error for one without "=". */
export const envOf = (given: ParsedArgs, flag = 'env') =>
  some(given.texts(flag).map((text) => named(pairOf(`--${flag}`, text))));

const named = ([name, value]: readonly [string, string]) => ({ name, value });

/** A list; `undefined` for an empty one. */
export const some = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list;

/** Flag for the timeout of a job, or of one run. */
export const TIMEOUT: Flag = {
  flags: '--timeout <duration>',
  description: "longest time of a task, such as 20m (default: the app's)",
};

/** Drops undefined fields. */
export const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Flag for the time zone of a schedule. */
export const TIME_ZONE: Flag = {
  flags: '--time-zone <zone>',
  description: 'time zone, such as Europe/Berlin (default: UTC)',
};

/** Flag for the time of a schedule with one run. */
export const AT: Flag = {
  flags: '--at <time>',
  description: 'date and time of its one run, such as "2026-12-24 02:00"',
};

/** Flags for the policies of a job. */
export const POLICY: readonly Flag[] = [
  {
    flags: '-c, --concurrency-policy <policy>',
    description: 'overlapping runs: start, queue, or cancel the older one',
    choices: ['Always', 'Forbid', 'Replace'],
  },
  { flags: '--starting-deadline <seconds>', description: 'skip runs that are later than this' },
];

/** Flag for the time within which a job must succeed. */
export const EXPECT_WITHIN: Flag = {
  flags: '--expect-within <duration>',
  description: 'longest time without a success, such as 26h: then it is silent',
};

/** Policies that the flags set. */
export const policyOf = (given: ParsedArgs) => ({
  concurrencyPolicy: given.text('concurrency-policy'),
  startingDeadlineSeconds: given.count('starting-deadline'),
});

/** Kf's `--async`; accepted without effect, as these verbs never wait. */
export const ASYNC: Flag = { flags: '--async', description: 'do not wait', hidden: true };

/** Flag that skips the confirmation of a deletion. */
export const FORCE: Flag = { flags: '-f, --force', description: 'do not ask for confirmation' };

/** Flag for the length of a list. */
export const LIMIT: Flag = { flags: '--limit <number>', description: 'maximum number of items' };

/** Filter on the state of tasks. */
export const STATE: Flag = {
  flags: '--state <state>',
  description: 'only tasks in this state',
  choices: ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'],
};

/** Flags of every verb. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { flags: '--url <url>', description: 'URL of Taskbridge (default: TASKBRIDGE_URL, or as set by "target")' },
  { flags: '--space <space>', description: 'space (default: TASKBRIDGE_SPACE, or as set by "target")' },
  {
    flags: '--token <token>',
    description: 'bearer token (TASKBRIDGE_TOKEN is safer: other users can see flags)',
  },
  { flags: '--sign', description: 'sign with AWS credentials (default on hosts of API Gateway)' },
  { flags: '--no-sign', description: 'do not sign' },
  { flags: '--insecure-http', description: 'send the token over plain http to another machine' },
];
