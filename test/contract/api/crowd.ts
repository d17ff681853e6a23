import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Api } from './api.ts';

/** Each is a process of this machine; one that is busy takes its time. */
const ALL_MS = 120_000;

const all = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/**
 * Very many requests at one moment. On the embedded cluster only: a pod a task would keep a real node busy for minutes.
 * `npm run bench` asks for a thousand at once on the real one, where no pod is made.
 */
export const crowd = (api: () => Api): void => {
  describe('a crowd', () => {
    it.each([
      ['one app', 1, 300],
      ['a hundred apps', 100, 2],
    ])(
      'at %s is served: no task is lost, no id is given twice',
      async (_, apps, tasksEach) => {
        const space = await api().target.openSpace();
        await all(apps, (index) => api().push(space, `busy-${index}`));
        const answers = await all(apps * tasksEach, (index) =>
          api().call('POST', `/v1/spaces/${space}/apps/busy-${index % apps}/tasks`, { command: 'true' }),
        );
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
        const names = answers.map(({ body }) => body.name);
        expect(new Set(names).size).toBe(apps * tasksEach);
        const listed = await eventually(
          async () => (await api().call('GET', `/v1/spaces/${space}/tasks?limit=500`)).body.items,
          { withinMs: ALL_MS, what: 'a list, from a machine that is busy with the tasks' },
        );
        expect(listed.map(({ name }: { name: string }) => name).toSorted()).toEqual(names.toSorted());
      },
      ALL_MS,
    );
  });
};
