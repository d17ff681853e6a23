import { ALL, setSuspended } from '../suspend.ts';
import type { Verb } from '../verb.ts';

export const suspendJob: Verb = {
  name: 'suspend-job',
  group: 'Jobs',
  summary: 'suspend the schedule and trigger of a job',
  more: 'run-job still runs it.',
  args: [{ name: '[job]', description: 'name of the job' }],
  flags: [ALL],
  examples: [
    ['suspend-job report', 'one job'],
    ['suspend-job --all', 'all jobs of the space'],
  ],
  run: (context, given) => setSuspended(context, given, true),
};
