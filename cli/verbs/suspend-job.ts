import { ALL, setSuspended } from '../suspend.ts';
import type { Verb } from '../verb.ts';

export const suspendJob: Verb = {
  name: 'suspend-job',
  group: 'Jobs',
  summary: 'let the schedule of a job stand still',
  more: 'run-job still runs it.',
  args: [{ name: '[job]', what: 'the job' }],
  flags: [ALL],
  examples: [
    ['suspend-job report', 'one job'],
    ['suspend-job --all', 'all of the space'],
  ],
  run: (context, given) => setSuspended(context, given, true),
};
