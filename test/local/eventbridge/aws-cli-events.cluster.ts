import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { USER_KEY } from '../../../local/account.ts';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { awsEvents } from '../../support/aws-cli.ts';
import { eventually } from '../../support/eventually.ts';

const SPACE = 'demo';
const STARTING_MS = 120_000;

let cluster: SetUpCluster;
let cloud: Cloud;

beforeAll(async () => {
  cluster = await setUpEmbeddedCluster();
  await cluster.openSpace(SPACE);
  cloud = await startCloud({ cluster: cluster.access });
}, STARTING_MS);

afterAll(async () => {
  await cloud.stop();
  await cluster.stop();
});

const call = async (method: string, path: string, body?: object) => {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${cloud.url}/v1/spaces/${SPACE}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.credentials.token}` },
    ...json,
  });
  return JSON.parse((await response.text()) || '{}');
};

it(
  'aws events put-events runs a task that finds the event',
  async () => {
    await call('PUT', '/apps/billing', {
      image: 'taskbridge.local/busybox:1',
      command: 'cat "$TASKBRIDGE_EVENT_FILE"',
    });
    await call('POST', '/jobs', { name: 'orders', app: 'billing' });
    const pattern = { source: ['shop.orders'], detail: { total: [{ numeric: ['>', 1] }] } };
    await call('PUT', '/jobs/orders/trigger', { pattern });
    const entry = { Source: 'shop.orders', DetailType: 'Order Placed', Detail: '{"total":2}' };
    await awsEvents(cloud.eventBridge.url, cloud.credentials.keyOf(USER_KEY))(
      'put-events',
      '--entries',
      JSON.stringify([entry]),
    );
    await cloud.eventBridge.drained();
    const task = await eventually(
      async () => {
        const { items } = await call('GET', '/jobs/orders/tasks');
        return items[0]?.state === 'succeeded' ? items[0] : undefined;
      },
      { withinMs: STARTING_MS, what: 'the task of the event' },
    );
    const { log } = await call('GET', `/tasks/${task.name}/logs`);
    expect(JSON.parse(log)).toMatchObject({
      source: 'shop.orders',
      'detail-type': 'Order Placed',
      detail: { total: 2 },
    });
  },
  STARTING_MS,
);
