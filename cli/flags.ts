import type { Flag, ParsedArgs } from './verb.ts';

/** Resource flags, on each verb that sets a task's resources. */
export const RESOURCES: readonly Flag[] = [
  { flags: '-m, --memory-limit <size>', description: 'memory limit, such as 256M or 1G' },
  { flags: '-k, --disk-quota <size>', description: 'disk quota, such as 1G' },
  { flags: '--cpu-cores <number>', description: 'CPU cores, such as 0.5 or 500m' },
];

/** Resources that the flags set. Fields without a flag are left out, so that the job's or the app's apply. */
export function resourcesOf(given: ParsedArgs) {
  const memory = given.text('memory-limit');
  const disk = given.text('disk-quota');
  const cpu = given.text('cpu-cores');
  const resources = present({ memory, disk, cpu });
  return Object.keys(resources).length === 0 ? undefined : resources;
}

/** Drops undefined fields. */
export const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Flag for the time zone of a schedule. */
export const TIME_ZONE: Flag = {
  flags: '--time-zone <zone>',
  description: 'time zone of the schedule, such as Europe/Berlin (default: UTC)',
};

/** Concurrency policies of a job. */
export const POLICIES = ['Always', 'Forbid', 'Replace'] as const;

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
