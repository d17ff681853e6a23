import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { newTestClient } from '../../support/eventbridge.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { deadLetterQueueOf } from '../support/dead-letter-queue.ts';

const EVENTS = 1_000;
const BATCH_SIZE = 10;
const ALL_MS = 900_000;
const FUNCTION = 'taskbridge-local-fire-event';
const BUSY = /^RetriesExhausted: .*(?:out of reach|timed out)/;

/** Burst of events, on the embedded cluster only, as the burst of requests is. */
export const eventBurst = (api: () => Api): void => {
  describe('a burst of events', () => {
    const queue = deadLetterQueueOf(api);

    it(
      'at once becomes as many tasks',
      async () => {
        const space = await api().target.openSpace();
        const path = `/v1/spaces/${space}`;
        await api().push(space, 'billing', { command: 'true', taskRetention: EVENTS });
        const trigger = { pattern: { source: [`shop.${space}`] } };
        const job = await api().call('POST', `${path}/jobs`, { name: 'crowded', app: 'billing', trigger });
        expect(job).toMatchObject({ status: 201 });

        const inSpace = async (plural: 'pipelineruns' | 'secrets') =>
          (await api().target.as('admin').get(listPath(plural, space))).body.items;
        const eventBridge = newTestClient(api().eventBridge, api().key);
        const entry = { Source: `shop.${space}`, DetailType: 'Order Placed' };
        const requests = Array.from({ length: EVENTS / BATCH_SIZE }, (_, request) =>
          Array.from({ length: BATCH_SIZE }, (_, order) => ({
            ...entry,
            Detail: JSON.stringify({ order: request * BATCH_SIZE + order }),
          })),
        );
        const answers = await Promise.all(
          requests.map((Entries) => eventBridge.send(new PutEventsCommand({ Entries }))),
        );
        eventBridge.destroy();
        expect(answers.map(({ FailedEntryCount }) => FailedEntryCount)).toEqual(requests.map(() => 0));

        // What three calls could not do on a busy machine lies in the queue and says so; sent again, it is done.
        await api().delivered();
        for (let given = await queue.next(); given.length > 0; given = await queue.next()) {
          for (const message of given) {
            expect(message).toMatchObject({ function: FUNCTION, why: expect.stringMatching(BUSY) });
            await queue.redrive(message);
          }
          await api().delivered();
        }
        expect(await inSpace('pipelineruns')).toHaveLength(EVENTS);
        expect(await inSpace('secrets')).toHaveLength(EVENTS);
      },
      ALL_MS,
    );
  });
};
