import * as v from 'valibot';
import { Task } from '../api/responses.ts';
import { taskColumns } from '../columns.ts';
import { LIMIT, STATE } from '../flags.ts';
import { checkOwner, listAll } from '../list.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Verb } from '../verb.ts';

export const tasks: Verb = {
  name: 'tasks',
  group: 'Tasks',
  summary: 'list the tasks of the space or of one app',
  args: [{ name: '[app]', description: 'only tasks of this app' }],
  flags: [{ flags: '--job <job>', description: 'only tasks of this job' }, STATE, LIMIT, OUTPUT],
  examples: [
    ['tasks', 'of the space, newest first'],
    ['tasks billing --state failed -o wide', 'failed tasks, with reasons, times and whole commands'],
  ],
  run: async (context, given) => {
    const query = { app: given.optionalArgument(0), job: given.text('job'), state: given.text('state') };
    const request = { method: 'GET', path: ['tasks'], query } as const;
    const raw = await listAll(context.client, request, given.count('limit'));
    await checkOwner(context.client, raw, { apps: query.app, jobs: query.job });
    const items = v.parse(v.array(Task), raw);
    await showList(context, given, { items, raw, columns: taskColumns(context) });
    return undefined;
  },
};
