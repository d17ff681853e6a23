import { describe, expect, it } from '@jest/globals';
import { getApp, listApps } from '../../lib/apps/list.ts';
import { getTask } from '../../lib/tasks/find.ts';
import { appOf, memoryPorts, SPACE } from '../support/memory-ports.ts';

const { spec, ...broken } = appOf('broken');
const ports = memoryPorts({
  apps: [
    appOf('orders'),
    appOf('billing'),
    { ...broken, problems: [{ field: 'spec.image', message: 'Missing.' }] },
  ],
});

describe('apps', () => {
  it('are listed by name, page by page, with invalid ones', async () => {
    const first = await listApps(ports, { space: SPACE, limit: 2 });
    const second = await listApps(ports, { space: SPACE, limit: 2, cursor: first.next });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([
      'billing',
      'broken',
      'orders',
    ]);
    expect(first.items[1]).toHaveProperty('problems');
    expect(second.next).toBeUndefined();
  });

  it('are returned one by one', async () => {
    expect(await getApp(ports, { space: SPACE, app: 'billing' })).toEqual(appOf('billing', spec));
    await expect(getApp(ports, { space: SPACE, app: 'none' })).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('task', () => {
  it('of an unknown name is not found', async () => {
    await expect(getTask(ports, { space: SPACE, task: 'none' })).rejects.toMatchObject({ kind: 'notFound' });
  });
});
