import { clockTime } from './api/relative-time.ts';
import type { Job } from './api/responses.ts';
import type { Context } from './verb.ts';

/** Prints the description of a schedule and its next runs, in its time zone and in the local one. */
export function printSchedule(
  { screen, timeZone: local }: Pick<Context, 'screen' | 'timeZone'>,
  { name, schedule, suspend }: Job,
): void {
  if (schedule === undefined) return;
  const { cron, timeZone, description, note, nextRuns } = schedule;
  const text = cron === undefined ? timeZone : `${cron}, ${timeZone}`;
  screen.line(`Job ${name} runs: ${description} (${text}).`);
  if (note !== undefined) screen.note(note);
  if (suspend === true) screen.line(`The job is suspended. To resume it: taskbridge resume-job ${name}.`);
  if (nextRuns.length === 0) return;
  screen.line(cron === undefined ? 'Its run:' : 'Next runs:');
  const zones = [...new Set([timeZone, local])];
  for (const time of nextRuns)
    screen.line(`   ${zones.map((zone) => `${clockTime(time, zone)} ${zone}`).join('   ')}`);
}
