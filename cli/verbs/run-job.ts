import { START_FLAGS, startTask } from '../start.ts';
import type { Verb } from '../verb.ts';

export const runJob: Verb = {
  name: 'run-job',
  group: 'Jobs',
  summary: 'run a job now, beside its schedule',
  args: [{ name: '<job>', what: 'the job' }],
  flags: START_FLAGS,
  examples: [
    ['run-job report', 'as it is'],
    ['run-job report -m 2G --wait', 'with more memory, this once; shows the log; exits as the task does'],
  ],
  run: (context, given) => startTask(context, given, ['jobs', given.argument(0), 'run']),
};
