import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LABEL } from '../../lib/platform/labels.ts';
import { type ListTasks, listTasks } from '../../lib/tasks/list.ts';
import type { Task } from '../../lib/tasks/task.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const minute = (index: number): string => new Date(Date.UTC(2026, 10, 24) + index * 60_000).toISOString();

/** Runs whose names do not reveal their age; every third one has failed, every third one runs. */
function spaceOf(count: number, app: (index: number) => string = () => 'billing'): MemoryPorts {
  const ports = memoryPorts();
  for (let index = 0; index < count; index += 1) {
    const id = String((index * 7919) % 100_003).padStart(6, '0');
    const name = `${app(index)}-${id}`;
    ports.runs.add({
      space: SPACE,
      name,
      uid: `uid-of-${name}`,
      deleting: false,
      createdAt: minute(index),
      labels: { [LABEL.app]: app(index), [LABEL.taskId]: id },
      annotations: {},
      ownerUid: `uid-of-${app(index)}`,
    });
    if (index % 3 === 1) {
      const terminated = { exitCode: 7, reason: 'Error' };
      ports.runs.becomes(name, { condition: { status: 'False', reason: 'Failed' } }, { terminated });
    }
    if (index % 3 === 2) {
      ports.runs.becomes(name, { condition: { status: 'Unknown' } }, { runningSince: minute(index) });
    }
  }
  return ports;
}

async function all(ports: MemoryPorts, query: Omit<ListTasks, 'space'>): Promise<Task[]> {
  const found: Task[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await listTasks(ports, { space: SPACE, ...query, cursor });
    expect(items.length).toBeLessThanOrEqual(query.limit);
    found.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}

/** Lists chunks of these sizes, in turn; a chunk that is listed again by its token has the size that it had. */
function inChunksOf({ runs }: MemoryPorts, sizes: readonly number[]): MemoryPorts['runs']['list'] {
  let lists = 0;
  return async (space, filter, { limit, after }) => {
    const [, size, token = after] = /^(\d+)~(.*)$/s.exec(after ?? '') ?? [];
    const rows = size === undefined ? Math.min(sizes[lists++ % sizes.length] ?? 1, limit) : Number(size);
    const page = await runs.list(space, filter, { limit: rows, after: token });
    return { ...page, here: `${rows}~${page.here}` };
  };
}

describe('tasks', () => {
  it('are listed newest first, with reason and exit code', async () => {
    const { items, next } = await listTasks(spaceOf(5), { space: SPACE, limit: 50 });
    expect(items.map(({ createdAt }) => createdAt)).toEqual([4, 3, 2, 1, 0].map(minute));
    expect(items.map(({ state, exitCode }) => [state, exitCode])).toEqual([
      ['failed', 7],
      ['pending', undefined],
      ['running', undefined],
      ['failed', 7],
      ['pending', undefined],
    ]);
    expect(next).toBeUndefined();
  });

  it('of one app come newest first through all pages', async () => {
    const found = await all(spaceOf(500), { limit: 30 });
    expect(found.map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 500 }, (_, index) => minute(499 - index)),
    );
  });

  it.each([30, 499, 500])('are each in one page, 1,200 of them, %d a page', async (limit) => {
    const ports = spaceOf(1200);
    const found = await all(ports, { limit });
    expect(found.map(({ name }) => name).toSorted()).toEqual([...ports.runs.names()].toSorted());
  });

  it('requested at the same time are each in one page', async () => {
    const ports = spaceOf(40);
    for (const name of ports.runs.names()) ports.runs.becomes(name, { createdAt: minute(0) });
    const found = await all(ports, { limit: 7 });
    expect(found.map(({ name }) => name).toSorted()).toEqual([...ports.runs.names()].toSorted());
  });

  it('that start between two pages do not move the others', async () => {
    const ports = spaceOf(100);
    const before = ports.runs.names();
    const first = await listTasks(ports, { space: SPACE, limit: 60 });
    ports.runs.add({
      ...(await ports.runs.get(SPACE, before[0] ?? '')),
      name: 'billing-zzzzz',
      createdAt: minute(999),
    });
    const second = await listTasks(ports, { space: SPACE, limit: 60, cursor: first.next });
    const names = [...first.items, ...second.items].map(({ name }) => name);
    expect(names.toSorted()).toEqual([...before].toSorted());
  });

  it.each(['started', 'deleted'])('are each in one page while tasks are %s between pages', async (change) => {
    const ports = spaceOf(1200);
    const before = ports.runs.names();
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await listTasks(ports, { space: SPACE, limit: 90, cursor });
      found.push(...items.map(({ name }) => name));
      const [shown] = items;
      const run = await ports.runs.get(SPACE, shown?.name ?? '');
      if (change === 'deleted') await ports.runs.delete(run);
      // The cluster lists it first of all.
      else ports.runs.add({ ...run, name: `a${found.length}`, createdAt: minute(5_000) });
      cursor = next;
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(before.toSorted());
  });

  it('are in one page, whatever is started and deleted between pages, also where one chunk becomes two', async () => {
    const changes = fc.array(fc.record({ started: fc.nat({ max: 9 }), deleted: fc.nat({ max: 2 }) }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 498, max: 501 }),
        fc.integer({ min: 150, max: 480 }),
        changes,
        fc.boolean(),
        async (count, limit, steps, first) => {
          const ports = spaceOf(count);
          const before = ports.runs.names();
          const run = await ports.runs.get(SPACE, before[0] ?? '');
          const deleted = new Set<string>();
          const found: string[] = [];
          let cursor: string | undefined;
          for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
            const { items, next } = await listTasks(ports, { space: SPACE, limit, cursor });
            found.push(...items.map(({ name }) => name));
            const step = steps[page];
            for (let index = 0; index < (step?.started ?? 0); index += 1) {
              // By name before or behind all others.
              const name = `${first ? 'a' : 'z'}-${page}-${index}`;
              ports.runs.add({ ...run, name, uid: name, createdAt: minute(5_000 + page) });
            }
            for (const name of found.slice(0, step?.deleted ?? 0)) {
              deleted.add(name);
              ports.runs.remove(name);
            }
            cursor = next;
          }
          assert.equal(new Set(found).size, found.length, 'a task is listed twice');
          const missing = before.filter((name) => !found.includes(name) && !deleted.has(name));
          assert.deepEqual(missing, []);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('are in one page where they are so large that the cluster lists fewer at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        async (sizes, limit) => {
          const all = spaceOf(60);
          const ports = { ...all, runs: { ...all.runs, list: inChunksOf(all, sizes) } };
          const before = all.runs.names();
          const found: string[] = [];
          let cursor: string | undefined;
          do {
            const { items, next } = await listTasks(ports, { space: SPACE, limit, cursor });
            found.push(...items.map(({ name }) => name));
            const run = await all.runs.get(SPACE, before[0] ?? '');
            all.runs.add({ ...run, name: `a${found.length}`, createdAt: minute(5_000) });
            cursor = next;
          } while (cursor !== undefined);
          assert.deepEqual(found.toSorted(), before.toSorted());
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(['running', 'pending'] as const)(
    'that are %s come in one part, however many have ended',
    async (state) => {
      const ports = spaceOf(1200);
      const kept = ports.runs.names().slice(-9);
      for (const name of ports.runs.names().filter((one) => !kept.includes(one))) {
        ports.runs.becomes(name, { condition: { status: 'True' } });
        await ports.runs.markReported(SPACE, name);
      }
      const { items, next } = await listTasks(ports, { space: SPACE, app: 'billing', state, limit: 10 });
      expect(items.map((task) => task.state)).toEqual([state, state, state]);
      expect(next).toBeUndefined();
    },
  );

  it.each([
    ['pending', 400],
    ['failed', 400],
    ['running', 400],
    ['succeeded', 0],
  ] as const)('are found by state: %s', async (state, count) => {
    const found = await all(spaceOf(1200), { state, limit: 100 });
    expect(found).toHaveLength(count);
    expect(found.filter((task) => task.state !== state)).toEqual([]);
  });

  it('are found by app', async () => {
    const ports = spaceOf(30, (index) => (index % 2 === 0 ? 'billing' : 'orders'));
    const found = await all(ports, { app: 'orders', limit: 4 });
    expect(new Set(found.map(({ app }) => app))).toEqual(new Set(['orders']));
    expect(found).toHaveLength(15);
  });

  it.each([
    ['no text of ours', 'x'],
    ['JSON of another kind', Buffer.from('7').toString('base64url')],
    ['JSON null', Buffer.from('null').toString('base64url')],
    ['fields of another kind', Buffer.from('{"part":7}').toString('base64url')],
  ])('refuse a cursor that is %s', async (_, cursor) => {
    await expect(listTasks(spaceOf(1), { space: SPACE, limit: 1, cursor })).rejects.toMatchObject({
      kind: 'gone',
      message: 'The cursor is not one of this list, or has expired: list again without it.',
    });
  });
});
