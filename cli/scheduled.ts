import { clockTime } from '../client/ages.ts';
import type { Job } from '../client/answers.ts';
import type { Screen } from './screen.ts';

/** Prints the description of a schedule and its next runs, in its time zone and in local time. */
export function tellSchedule(screen: Screen, { name, schedule, suspend }: Job): void {
  if (schedule === undefined) return;
  const { cron, timeZone, description, nextRuns } = schedule;
  screen.line(`Job ${name} runs: ${description} (${cron}, ${timeZone}).`);
  if (suspend === true) screen.line(`The job is suspended. To resume it: taskbridge resume-job ${name}.`);
  if (nextRuns.length === 0) return;
  screen.line('Next runs:');
  for (const time of nextRuns) {
    screen.line(`   ${clockTime(time, timeZone)} ${timeZone}   ${clockTime(time, undefined)} local time`);
  }
}
