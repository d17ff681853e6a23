import { ALL, setSuspended } from '../suspend.ts';
import type { Verb } from '../verb.ts';

export const resumeJob: Verb = {
  name: 'resume-job',
  group: 'Jobs',
  summary: 'let the schedule of a job go on',
  more: 'What was due meanwhile does not run later.',
  args: [{ name: '[job]', what: 'the job' }],
  flags: [ALL],
  examples: [
    ['resume-job report', 'one job'],
    ['resume-job --all', 'all of the space'],
  ],
  run: (context, given) => setSuspended(context, given, false),
};
