import { beforeEach, describe, expect, it } from '@jest/globals';
import { pushApp } from '../../lib/apps/push.ts';
import { listBuilds } from '../../lib/builds/list.ts';
import { building, UPLOADED } from '../support/building.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const OF_BILLING = { space: SPACE, app: 'billing' };

/** An app with this many builds, of which three at a time were requested in the same millisecond. */
async function withBuilds(count: number): Promise<MemoryPorts> {
  const ports = memoryPorts();
  for (let index = 0; index < count; index += 1) {
    if (index % 3 === 0) ports.setClock(new Date(ports.now().getTime() + 1));
    await push(ports, `r${index}`);
  }
  return ports;
}

const push = (ports: MemoryPorts, rebuild: string) =>
  pushApp(
    { ...ports, building },
    { space: SPACE, name: 'billing', spec: { source: { sha256: UPLOADED, rebuild } } },
  );

describe('builds', () => {
  let ports: MemoryPorts;
  beforeEach(async () => {
    ports = await withBuilds(8);
  });

  it('are listed newest first', async () => {
    const { items, next } = await listBuilds(ports, { ...OF_BILLING, limit: 50 });
    const times = items.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    expect([items.length, next]).toEqual([8, undefined]);
  });

  it.each([1, 3, 7, 8])('are each in one page of %d, also while builds come and go', async (limit) => {
    const before = ports.builds.names();
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, next } = await listBuilds(ports, { ...OF_BILLING, limit, cursor });
      found.push(...items.map(({ name }) => name));
      const last = await ports.builds.find(SPACE, found.at(-1) ?? '');
      if (last !== undefined) await ports.builds.delete(last);
      ports.setClock(new Date(ports.now().getTime() + 1));
      await push(ports, `later${found.length}`);
      cursor = next;
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(before.toSorted());
  });

  it.each(['x', '123~billing', '0000000000000~', 'eyJiZWxvdyI6IjIwMjYifQ'])(
    'refuse the cursor %s of another list',
    async (cursor) => {
      await expect(listBuilds(ports, { ...OF_BILLING, limit: 1, cursor })).rejects.toMatchObject({
        kind: 'gone',
      });
    },
  );
});
