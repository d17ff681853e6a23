import { ALL, setSuspended } from '../suspend.ts';
import type { Verb } from '../verb.ts';

export const resumeJob: Verb = {
  name: 'resume-job',
  group: 'Jobs',
  summary: 'resume a suspended job',
  more: 'Runs that were due while it was suspended are skipped.',
  args: [{ name: '[job]', description: 'name of the job' }],
  flags: [ALL],
  examples: [
    ['resume-job report', 'one job'],
    ['resume-job --all', 'all jobs of the space'],
  ],
  run: (context, given) => setSuspended(context, given, false),
};
