import { setTimeout as wait } from 'node:timers/promises';
import { JOBS } from './jobs.ts';
import type { Step } from './reporter.ts';
import { RETENTION } from './retention.ts';
import { SOURCE } from './source.ts';
import { TASKS } from './tasks.ts';

/** Steps of the demo, from the first push of an image to tasks of an app that was built from source. */
export const SCENARIO: readonly Step[] = [
  ...TASKS,
  ...JOBS,
  ...RETENTION,
  {
    title: 'Delete the app',
    run: async ({ request, expect }) => {
      expect((await request('DELETE', '/apps/billing')).status === 204, 'app deleted');
      for (let left = 1; left > 0; await wait(20)) left = (await request('GET', '/tasks')).items.length;
      expect(true, 'tasks of the app deleted');
    },
  },
  ...SOURCE,
];
