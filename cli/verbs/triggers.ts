import { triggerColumns } from '../columns.ts';
import { LIMIT } from '../flags.ts';
import { showJobs } from '../job-list.ts';
import { OUTPUT } from '../output.ts';
import type { Verb } from '../verb.ts';

export const triggers: Verb = {
  name: 'triggers',
  group: 'Jobs',
  summary: 'list the jobs that have a trigger',
  args: [],
  flags: [{ flags: '--app <app>', description: 'only jobs of this app' }, LIMIT, OUTPUT],
  examples: [['triggers', 'with their buses, patterns and states']],
  run: (context, given) =>
    showJobs(context, given, { triggered: 'true', app: given.text('app') }, triggerColumns),
};
