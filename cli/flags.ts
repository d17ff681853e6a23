import type { Flag, Given } from './verb.ts';

/** What a task may take, on every verb that says it. */
export const RESOURCES: readonly Flag[] = [
  { flags: '-m, --memory-limit <size>', what: 'memory, such as 256M or 1G' },
  { flags: '-k, --disk-quota <size>', what: 'disk, such as 1G' },
  { flags: '--cpu-cores <number>', what: 'processors, such as 0.5 or 500m' },
];

/** Fields that are not given are left out, so that the job's or the app's own hold. */
export function resourcesOf(given: Given) {
  const memory = given.text('memory-limit');
  const disk = given.text('disk-quota');
  const cpu = given.text('cpu-cores');
  const resources = present({ memory, disk, cpu });
  return Object.keys(resources).length === 0 ? undefined : resources;
}

/** The fields that have a value. */
export const present = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export const TIME_ZONE: Flag = {
  flags: '--time-zone <zone>',
  what: 'the zone whose clocks the schedule follows, such as Europe/Berlin (UTC unless given)',
};

export const POLICIES = ['Always', 'Forbid', 'Replace'] as const;

/** Kf's, which waits for nothing here either way. */
export const ASYNC: Flag = { flags: '--async', what: 'do not wait', hidden: true };

export const FORCE: Flag = { flags: '-f, --force', what: 'do not ask' };

export const LIMIT: Flag = { flags: '--limit <number>', what: 'at most so many' };

export const STATE: Flag = {
  flags: '--state <state>',
  what: 'only tasks in this state',
  choices: ['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut'],
};
