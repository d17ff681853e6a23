import type { Step } from './reporter.ts';
import { BILLING } from './tasks.ts';

const MINUTE_MS = 60_000;

/** Minutes between two prune runs. */
const PRUNE_MINUTES = 5;

/** Retention of an app's tasks. */
export const RETENTION: readonly Step[] = [
  {
    title: 'Limit the retention of tasks (default: 500)',
    run: async ({ request, expect, now, runMinute }) => {
      const { items: before } = await request('GET', '/tasks?app=billing');
      await request('PUT', '/apps/billing', { ...BILLING, taskRetention: 2 });
      // The ends of tasks are recorded first, then the surplus is pruned.
      const next =
        (Math.floor(now().getTime() / (PRUNE_MINUTES * MINUTE_MS)) + 1) * PRUNE_MINUTES * MINUTE_MS;
      await runMinute(new Date(next + MINUTE_MS));
      await runMinute(new Date(next + PRUNE_MINUTES * MINUTE_MS));
      const { items: after } = await request('GET', '/tasks?app=billing');
      const names = after.map(({ name }) => name).join();
      const newest = before.slice(0, 2).map(({ name }) => name);
      expect(
        before.length > 2 && names === newest.join(),
        `pruned from ${before.length} tasks to the newest two`,
      );
    },
  },
];
