import { START_FLAGS, startTask } from '../start.ts';
import { TRAILING, type Verb } from '../verb.ts';

export const runJob: Verb = {
  name: 'run-job',
  group: 'Jobs',
  summary: 'run a job now, independent of its schedule',
  args: [{ name: '<job>', description: 'name of the job' }, TRAILING],
  flags: START_FLAGS,
  examples: [
    ['run-job report', 'with the settings of the job'],
    ['run-job report -m 2G --wait', "with more memory, and the task's exit code"],
    [
      'run-job report -e DAY=2026-11-01 --timeout 20m -- --dry-run "two words"',
      'with a variable, a timeout and arguments of its own, this once',
    ],
  ],
  run: (context, given) => startTask(context, given, ['jobs', given.argument(0), 'run']),
};
