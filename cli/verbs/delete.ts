import { deleteAsked } from '../delete.ts';
import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteApp: Verb = {
  name: 'delete',
  aliases: ['d'],
  group: 'Apps',
  summary: 'delete an app with its jobs and all its tasks',
  args: [{ name: '<app>', what: 'the app' }],
  flags: [FORCE],
  examples: [['delete billing -f', 'without being asked']],
  run: async (context, given) => {
    const app = given.argument(0);
    const what = `the app ${app} with its jobs and tasks`;
    return deleteAsked(context, given, { path: ['apps', app], what, done: `App ${app} is deleted.` });
  },
};
