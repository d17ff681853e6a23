import { randomUUID } from 'node:crypto';
import { clockTime } from './api/relative-time.ts';
import { Job } from './api/responses.ts';
import { UsageError } from './errors.ts';
import { AT, envOf, present, resourcesOf, TIME_ZONE } from './flags.ts';
import type { Context, Flag, ParsedArgs } from './verb.ts';

/** Flags of run-task for a later time. */
export const LATER_FLAGS: readonly Flag[] = [
  { ...AT, description: 'run it once, at this time, such as "2026-12-24 02:00"' },
  TIME_ZONE,
  { flags: '--in <duration>', description: 'run it once, so long from now, such as 10m or 1h30m' },
];

/** True for a run-task that is not for now. */
export const isLater = (given: ParsedArgs): boolean => given.isSet('at') || given.isSet('in');

/** Flags of run-task that say how to run now. */
const NOT_LATER = ['process', 'name', 'wait'] as const;

const MINUTE_MS = 60_000;

/** Makes the job that runs a task at a time, and prints when that is and how to cancel it. */
export async function startLater(
  context: Context,
  given: ParsedArgs,
  { app, command }: { readonly app: string; readonly command: string | undefined },
): Promise<undefined> {
  const { client, screen, timeZone: local } = context;
  const unfit = NOT_LATER.find((flag) => given.isSet(flag));
  if (unfit !== undefined) throw new UsageError(`--${unfit} is for a task that runs now: leave it out.`);
  if (given.trailing.length > 0)
    throw new UsageError('A task at a time takes no arguments after "--": write them into the command.');
  const { value: job } = await client.request(Job, {
    method: 'POST',
    path: ['apps', app, 'tasks', 'later'],
    body: present({
      command,
      env: envOf(given),
      resources: resourcesOf(given),
      timeout: given.text('timeout'),
      ...timeOf(given, context.now()),
    }),
    // A retry after a lost response makes no second job.
    idempotencyKey: given.text('idempotency-key') ?? randomUUID(),
  });
  const { timeZone = 'UTC', note, nextRuns: [time] = [] } = job.schedule ?? {};
  const zones = [...new Set([timeZone, local])];
  const shown = time && zones.map((zone) => `${clockTime(time, zone)} ${zone}`).join('   ');
  screen.line(`A task of app ${app} runs once, at: ${shown ?? job.schedule?.at}`);
  if (note !== undefined) screen.note(note);
  screen.line(
    `Job ${job.name} starts it, and is then removed. To cancel it: taskbridge delete-job ${job.name}. ` +
      `To list the app's tasks: taskbridge tasks ${app}.`,
  );
  return undefined;
}

/** Time and zone of a request. One from now on is the next full minute of UTC. */
function timeOf(
  given: ParsedArgs,
  now: Date,
): { readonly at: string; readonly timeZone?: string | undefined } {
  const [at, duration, timeZone] = [given.text('at'), given.text('in'), given.text('time-zone')];
  if (at !== undefined && duration !== undefined) throw new UsageError('Specify either --at or --in.');
  if (at !== undefined) return { at, timeZone };
  if (timeZone !== undefined) throw new UsageError('--time-zone needs --at: --in counts from now.');
  const time = now.getTime() + millisecondsOf(duration ?? '');
  const minute = new Date(Math.ceil(time / MINUTE_MS) * MINUTE_MS);
  return { at: minute.toISOString().slice(0, 16).replace('T', ' '), timeZone: 'UTC' };
}

/** Duration in ms, of days, hours, minutes and seconds: `10m`, `1h30m`, `2d`. */
function millisecondsOf(text: string): number {
  const [whole, ...parts] = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?$/.exec(text) ?? [];
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (whole === undefined || total === 0)
    throw new UsageError(`--in "${text}" is no duration: write 10m, 1h30m or 2d.`);
  return total * 1000;
}
