import { clockTime } from './api/relative-time.ts';
import type { Job } from './api/responses.ts';
import type { Terminal } from './terminal.ts';

/** Prints the description of a schedule and its next runs, in its time zone and in local time. */
export function printSchedule(screen: Terminal, { name, schedule, suspend }: Job): void {
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
