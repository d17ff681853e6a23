import { confirmAndDelete } from '../delete.ts';
import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteJob: Verb = {
  name: 'delete-job',
  group: 'Jobs',
  summary: 'delete a job and its tasks, running ones included',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [FORCE],
  examples: [['delete-job report -f', 'without confirmation']],
  run: async (context, given) => {
    const job = given.argument(0);
    const resource = `the job ${job} and its tasks`;
    return confirmAndDelete(context, given, {
      path: ['jobs', job],
      resource,
      done: `Job ${job} is deleted.`,
    });
  },
};
