import { expect, it } from '@jest/globals';
import { deleteApp } from '../../lib/apps/delete.ts';
import { appOf, memoryPorts, SPACE } from '../support/memory-ports.ts';

it('deletes an app, and only once', async () => {
  const ports = memoryPorts({ apps: [appOf('billing'), appOf('orders')] });
  await deleteApp(ports, { space: SPACE, app: 'billing' });
  await expect(deleteApp(ports, { space: SPACE, app: 'billing' })).rejects.toMatchObject({
    kind: 'notFound',
    message: 'App "billing" is not in space "team-a".',
  });
  const { items } = await ports.apps.list(SPACE, { limit: 10 });
  expect(items.map(({ name }) => name)).toEqual(['orders']);
});
