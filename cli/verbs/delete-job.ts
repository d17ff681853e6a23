import { deleteAsked } from '../delete.ts';
import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteJob: Verb = {
  name: 'delete-job',
  group: 'Jobs',
  summary: 'delete a job with its tasks, running ones too',
  args: [{ name: '<job>', what: 'the job' }],
  flags: [FORCE],
  examples: [['delete-job report -f', 'without being asked']],
  run: async (context, given) => {
    const job = given.argument(0);
    const what = `the job ${job} with its tasks`;
    return deleteAsked(context, given, { path: ['jobs', job], what, done: `Job ${job} is deleted.` });
  },
};
