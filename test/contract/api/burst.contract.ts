import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Api } from '../support/api.ts';

/** Each is a process of this machine; one that is busy takes its time. */
const ALL_MS = 900_000;

/** The longest page of a list. */
const LIMIT = 500;

const RETRY_AFTER_MS = 1_000;

type Answer = Awaited<ReturnType<Api['call']>>;
type Listed = { readonly name: string; readonly app: string; readonly state: string };

const all = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** Calls as a client should: again after each 503 that says when. The last answer, and the statuses of all. */
async function persistently(call: () => Promise<Answer>): Promise<{ answer: Answer; statuses: number[] }> {
  const statuses: number[] = [];
  for (;;) {
    const answer = await call();
    statuses.push(answer.status);
    if (answer.status !== 503) return { answer, statuses };
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await setTimeout(RETRY_AFTER_MS);
  }
}

/** All of a list, page by page. */
async function listAll(api: Api, path: string): Promise<Listed[]> {
  const items: Listed[] = [];
  let cursor = '';
  for (;;) {
    const query = `?limit=${LIMIT}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { answer } = await persistently(() => api.call('GET', `${path}${query}`));
    expect(answer.status).toBe(200);
    items.push(...answer.body.items);
    if (answer.body.cursor === undefined) return items;
    cursor = answer.body.cursor;
  }
}

const namesOf = (listed: readonly Listed[]) => listed.map(({ name }) => name).toSorted();

/**
 * Very many requests at one moment. On the embedded cluster only: a pod a task would keep a real node busy for minutes.
 * `npm run bench` asks for a thousand at once on the real one, where no pod is made, and `--only burst` shows that all of
 * seven bursts are answered 201 on a machine that has nothing else to do.
 */
export const burst = (api: () => Api): void => {
  describe('a burst of requests', () => {
    let busy: ReturnType<typeof spawn>[] = [];

    afterEach(() => {
      for (const loop of busy) loop.kill('SIGKILL');
      busy = [];
    });

    it.each([
      { who: 'at one app', bursts: 1, apps: 1, tasksEach: 300, busyLoops: 0 },
      { who: 'at a hundred apps', bursts: 1, apps: 100, tasksEach: 2, busyLoops: 0 },
      { who: 'of seven bursts beside four busy loops', bursts: 7, apps: 100, tasksEach: 2, busyLoops: 4 },
    ])(
      '$who is served or throttled: each task runs once, no id is given twice',
      async ({ bursts, apps, tasksEach, busyLoops }) => {
        busy = Array.from({ length: busyLoops }, () => spawn(process.execPath, ['-e', 'for (;;);']));
        const space = await api().target.openSpace();
        const path = `/v1/spaces/${space}`;

        const burstAt = async (name: string): Promise<string[]> => {
          const pushed = await all(apps, (index) =>
            persistently(() => api().push(space, `${name}-${index}`)),
          );
          // A push that was answered 503 may have been done all the same: then a repeat replaces what it made.
          for (const { statuses } of pushed)
            expect([201, statuses.length > 1 ? 200 : 201]).toContain(statuses.at(-1));
          const run = await all(apps * tasksEach, (index) => {
            const key = { 'idempotency-key': randomUUID() };
            const task = `${path}/apps/${name}-${index % apps}/tasks`;
            return persistently(() => api().call('POST', task, { command: 'true' }, key));
          });
          for (const { statuses } of run)
            expect([201, statuses.length > 1 ? 200 : 201]).toContain(statuses.at(-1));
          return run.map(({ answer }) => answer.body.name);
        };
        const names = (await all(bursts, (index) => burstAt(`busy-${index}`))).flat();

        expect(new Set(names).size).toBe(bursts * apps * tasksEach);
        expect(await listAll(api(), `${path}/apps`)).toHaveLength(bursts * apps);
        const ended = await eventually(
          async () => {
            const tasks = await listAll(api(), `${path}/tasks`);
            return tasks.every(({ state }) => state === 'succeeded') ? tasks : undefined;
          },
          { withinMs: ALL_MS, what: 'the end of all tasks, on a machine that is busy with them' },
        );
        expect(namesOf(ended)).toEqual(names.toSorted());
      },
      ALL_MS,
    );
  });
};
