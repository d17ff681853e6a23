import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { newTestClient } from '../../support/eventbridge.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from './api.ts';

const EVENTS = 1_000;
const A_REQUEST = 10;
const ALL_MS = 240_000;
const MINUTE_MS = 60_000;

/** On the embedded cluster only, as the crowd of requests is. */
export const eventCrowd = (api: () => Api): void => {
  describe('a crowd of events', () => {
    it(
      'at once becomes as many tasks',
      async () => {
        const space = await api().target.openSpace();
        const path = `/v1/spaces/${space}`;
        await api().push(space, 'billing', { command: 'true', taskRetention: EVENTS });
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

        const tasks = async (): Promise<number> => {
          const names = new Set<string>();
          let cursor = '';
          do {
            const { body } = await api().call('GET', `${path}/tasks?limit=500${cursor}`);
            for (const { name } of body.items) names.add(name);
            cursor = body.cursor === undefined ? '' : `&cursor=${encodeURIComponent(body.cursor)}`;
          } while (cursor !== '');
          return names.size;
        };
        // What a busy machine did not answer in time Lambda calls again, after one minute and after two more.
        for (const minutes of [0, 1, 2, 3, 4]) {
          if (minutes > 0) await api().minute(new Date(api().now().getTime() + minutes * MINUTE_MS));
          await api().settled();
          if ((await tasks()) === EVENTS) break;
        }
        expect(await tasks()).toBe(EVENTS);
        const { body } = await api().target.as('admin').get(listPath('secrets', space));
        expect(body.items).toHaveLength(EVENTS);
      },
      ALL_MS,
    );
  });
};
