import { confirmAndDelete } from '../delete.ts';
import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteApp: Verb = {
  name: 'delete',
  aliases: ['d'],
  group: 'Apps',
  summary: 'delete an app, its jobs and its tasks',
  args: [{ name: '<app>', description: 'name of the app' }],
  flags: [FORCE],
  examples: [['delete billing -f', 'without confirmation']],
  run: async (context, given) => {
    const app = given.argument(0);
    const resource = `the app ${app}, its jobs and its tasks`;
    return confirmAndDelete(context, given, {
      path: ['apps', app],
      resource,
      done: `App ${app} is deleted.`,
    });
  },
};
