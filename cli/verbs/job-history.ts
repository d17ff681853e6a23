import * as v from 'valibot';
import { Task } from '../api/responses.ts';
import { taskColumns } from '../columns.ts';
import { LIMIT, STATE } from '../flags.ts';
import { listAll } from '../list.ts';
import { OUTPUT, showList } from '../output.ts';
import type { Verb } from '../verb.ts';

export const jobHistory: Verb = {
  name: 'job-history',
  group: 'Jobs',
  summary: 'list the tasks of a job, manual runs included',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [STATE, LIMIT, OUTPUT],
  examples: [
    ['job-history report', 'newest first'],
    ['job-history report --state failed --limit 5', 'its last five failures'],
  ],
  run: async (context, given) => {
    const path = ['jobs', given.argument(0), 'tasks'];
    const query = { state: given.text('state') };
    const raw = await listAll(context.client, { method: 'GET', path, query }, given.count('limit'));
    const items = v.parse(v.array(Task), raw);
    await showList(context, given, { items, raw, columns: taskColumns(context) });
    return undefined;
  },
};
