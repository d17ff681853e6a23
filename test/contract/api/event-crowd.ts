import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { app } from '../../support/custom-resources.ts';
import { newTestClient } from '../../support/eventbridge.ts';
import { eventually } from '../../support/eventually.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from './api.ts';

const EVENTS = 1_000;
const A_REQUEST = 10;
const ALL_MS = 240_000;

/** On the embedded cluster only, as the crowd of requests is. */
export const eventCrowd = (api: () => Api): void => {
  describe('a crowd of events', () => {
    it(
      'at once becomes as many tasks',
      async () => {
        const space = await api().target.openSpace();
        const path = `/v1/spaces/${space}`;
        // Its pods wait for a Secret that never comes, so that no process is started.
        const waiting = app('billing', { services: [{ name: 'orders', secretName: 'never-there' }], command: 'true' });
        await api().target.as('admin').create(listPath('apps', space), waiting);
        const trigger = { pattern: { source: [`shop.${space}`] } };
        const job = await api().call('POST', `${path}/jobs`, { name: 'crowded', app: 'billing', trigger });
        expect(job).toMatchObject({ status: 201 });

        const eventBridge = newTestClient(api().eventBridge);
        const entry = { Source: `shop.${space}`, DetailType: 'Order Placed' };
        const requests = Array.from({ length: EVENTS / A_REQUEST }, (_, request) =>
          Array.from({ length: A_REQUEST }, (_, order) => ({
            ...entry,
            Detail: JSON.stringify({ order: request * A_REQUEST + order }),
          })),
        );
        const answers = await Promise.all(
          requests.map((Entries) => eventBridge.send(new PutEventsCommand({ Entries }))),
        );
        eventBridge.destroy();
        expect(answers.map(({ FailedEntryCount }) => FailedEntryCount)).toEqual(requests.map(() => 0));

        const secrets = async (): Promise<number> => {
          const { body } = await api().target.as('admin').get(listPath('secrets', space));
          return body.items.length;
        };
        await eventually(async () => ((await secrets()) >= EVENTS ? true : undefined), {
          withinMs: ALL_MS,
          what: `${EVENTS} events in Secrets`,
        });
        const names = new Set<string>();
        let cursor = '';
        do {
          const { body } = await api().call('GET', `${path}/jobs/crowded/tasks?limit=500${cursor}`);
          for (const { name } of body.items) names.add(name);
          cursor = body.cursor === undefined ? '' : `&cursor=${encodeURIComponent(body.cursor)}`;
        } while (cursor !== '');
        expect(names.size).toBe(EVENTS);
        expect(await secrets()).toBe(EVENTS);
      },
      ALL_MS,
    );
  });
};
