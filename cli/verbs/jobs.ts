import { LIMIT } from '../flags.ts';
import { showJobs } from '../job-list.ts';
import { OUTPUT } from '../output.ts';
import type { Verb } from '../verb.ts';

export const jobs: Verb = {
  name: 'jobs',
  group: 'Jobs',
  summary: 'list the jobs of the space',
  args: [],
  flags: [
    { flags: '--app <app>', description: 'only jobs of this app' },
    { flags: '--failing', description: 'only jobs whose newest task failed, and silent ones' },
    LIMIT,
    OUTPUT,
  ],
  examples: [
    ['jobs', 'sorted by name'],
    ['jobs --failing', 'jobs that need attention'],
    ['jobs --app billing -o wide', 'jobs of one app, with policies, times and commands'],
  ],
  run: (context, given) =>
    showJobs(context, given, {
      app: given.text('app'),
      failing: given.isSet('failing') ? 'true' : undefined,
    }),
};
