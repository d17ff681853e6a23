import { LIMIT } from '../flags.ts';
import { showJobs } from '../job-list.ts';
import { OUTPUT } from '../output.ts';
import type { Verb } from '../verb.ts';

export const jobSchedules: Verb = {
  name: 'job-schedules',
  group: 'Jobs',
  summary: 'list the jobs that have a schedule',
  args: [],
  flags: [{ flags: '--app <app>', description: 'only jobs of this app' }, LIMIT, OUTPUT],
  examples: [['job-schedules', 'with their last and next runs']],
  run: (context, given) => showJobs(context, given, { scheduled: 'true', app: given.text('app') }),
};
