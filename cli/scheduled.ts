import { clockTime } from '../client/ages.ts';
import type { Job } from '../client/answers.ts';
import type { Screen } from './screen.ts';

/** Says in words what a schedule means, and when it runs next: in its zone, and on the clocks of this machine. */
export function tellSchedule(screen: Screen, { name, schedule, suspend }: Job): void {
  if (schedule === undefined) return;
  const { cron, timeZone, description, nextRuns } = schedule;
  screen.line(`Job ${name} runs: ${description} (${cron}, ${timeZone}).`);
  if (suspend === true) screen.line(`It is suspended: "taskbridge resume-job ${name}" lets it run.`);
  if (nextRuns.length === 0) return;
  screen.line('Next runs:');
  for (const time of nextRuns) {
    screen.line(`   ${clockTime(time, timeZone)} ${timeZone}   ${clockTime(time, undefined)} local time`);
  }
}
