import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteTrigger: Verb = {
  name: 'delete-trigger',
  group: 'Jobs',
  summary: 'delete the trigger of a job',
  more: 'The job remains. Events in flight no longer start a task.',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [{ ...FORCE, hidden: true }],
  examples: [['delete-trigger report', 'events no longer start report']],
  run: async ({ client, screen }, given) => {
    const job = given.argument(0);
    await client.send({ method: 'DELETE', path: ['jobs', job, 'trigger'] });
    screen.line(`Job ${job} no longer has a trigger.`);
    return undefined;
  },
};
