import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { objectPath } from '../../support/paths.ts';
import { type Api, startApi } from '../support/api.ts';
import { onRealCluster } from '../support/on-cluster.ts';
import type { Target } from '../support/target.ts';

const MINUTES = 3;
const MINUTE_MS = 60_000;

/** The first minute may have just started, and the last task must be there. */
const ALL_MS = (MINUTES + 1) * MINUTE_MS + 30_000;

type Task = { readonly name: string; readonly scheduledTime: string };

/** The machine's own clock, with nothing moved: what `npm start -- --kubeconfig` does. */
const everyMinute = (target: () => Target): void => {
  describe('a job of every minute, by the real clock', () => {
    let api: Api | undefined;

    beforeAll(async () => {
      api = await startApi(target(), { ticking: true });
    });

    afterAll(async () => {
      await api?.stop();
    });

    it(
      `runs once in each of ${MINUTES} minutes`,
      async () => {
        if (api === undefined) throw new Error('The HTTP API did not start; see the first failure.');
        const { call, push } = api;
        const space = await target().openSpace();
        await push(space, 'billing', { command: 'true' });
        const schedule = { cron: '* * * * *' };
        const job = await call('POST', `/v1/spaces/${space}/jobs`, {
          name: 'ticking',
          app: 'billing',
          schedule,
        });
        expect([job.status, job.body.schedule.driver]).toEqual([201, 'rules']);

        const tasks = await eventually(
          async () => {
            const { items } = (await call('GET', `/v1/spaces/${space}/jobs/ticking/tasks`)).body;
            return items.length >= MINUTES ? items.toReversed() : undefined;
          },
          { withinMs: ALL_MS, what: `${MINUTES} tasks` },
        );
        const delays = await Promise.all(tasks.map((task: Task) => delayOf(target(), space, task)));
        // Its tasks go with it.
        await call('DELETE', `/v1/spaces/${space}/jobs/ticking`);

        const due = tasks.map(({ scheduledTime }: Task) => Date.parse(scheduledTime));
        const [first = 0] = due;
        expect(due).toEqual(tasks.map((_: Task, index: number) => first + index * MINUTE_MS));
        process.stdout.write(`${delays.join('\n')}\n`);
      },
      ALL_MS + MINUTE_MS,
    );
  });
};

/** The run has its request time to the millisecond, and the cluster when it was made, in whole seconds. */
async function delayOf(target: Target, space: string, { name, scheduledTime }: Task): Promise<string> {
  const { metadata } = (await target.as('reader').get(objectPath('pipelineruns', space, name))).body;
  const asked =
    Date.parse(metadata.annotations['taskbridge.dev/requested-at'] ?? '') - Date.parse(scheduledTime);
  return `due ${scheduledTime}: requested ${(asked / 1000).toFixed(2)} s later, made at ${metadata.creationTimestamp}`;
}

onRealCluster(everyMinute);
