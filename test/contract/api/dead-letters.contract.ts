import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { OWN_BUS } from '../../support/buses.ts';
import type { Api } from '../support/api.ts';
import { deadLetterQueueOf } from '../support/dead-letter-queue.ts';
import { ownApi } from '../support/own-api.ts';

/** Tasks by events `Run Task`; events that fail, lie in the dead-letter queue, and are redriven from there. */
export const deadLetters = (outer: () => Api): void => {
  describe('events that fail', () => {
    const { api, space, eventBridge, call, history } = ownApi(outer, { command: 'true' });
    const put = async (entry: PutEventsRequestEntry) => {
      await eventBridge().send(new PutEventsCommand({ Entries: [entry] }));
      await api().settled();
    };
    const runTask = (detail: object, Source = 'shop.orders') =>
      put({ EventBusName: OWN_BUS, Source, DetailType: 'Run Task', Detail: JSON.stringify(detail) });
    const queue = deadLetterQueueOf(api);

    it('are none where an event runs a task, once', async () => {
      const detail = { space: space(), app: 'billing', command: 'echo invoice', idempotencyKey: 'order-1' };
      await runTask(detail);
      await runTask(detail);
      const { items } = (await call('GET', '/tasks?app=billing')).body;
      expect(items).toMatchObject([{ requestedBy: 'event of shop.orders', command: 'echo invoice' }]);
      await api().until(space(), items[0].name, 'succeeded');
      expect((await call('GET', `/tasks/${items[0].name}/logs`)).body.log).toBe('invoice\n');
      expect(await queue.next()).toEqual([]);
    });

    it('arrive with their reason, after three attempts', async () => {
      await runTask({ space: space(), app: 'none' });
      await api().delivered();
      expect(await queue.next()).toMatchObject([
        {
          function: 'taskbridge-local-run-task-on-event',
          event: { 'detail-type': 'Run Task', detail: { app: 'none' } },
          why: expect.stringContaining('RetriesExhausted: '),
        },
      ]);
    });

    it('become one task when they are redriven after the cause is fixed', async () => {
      await api().push(space(), 'mute', { command: 'true' });
      await call('POST', '/jobs', { name: 'repaired', app: 'mute' });
      await call('PUT', '/jobs/repaired/trigger', { pattern: { source: ['shop.repaired'] } });
      await api().push(space(), 'mute', {});
      await put({ Source: 'shop.repaired', DetailType: 'Order Placed', Detail: '{"order":1}' });
      await api().delivered();
      // The one of the test before is seen again where this one takes long.
      const ofTriggers = (await queue.next()).filter((one) => one.function.endsWith('-fire-event'));
      const [message, ...more] = ofTriggers;
      expect(more).toEqual([]);
      if (message === undefined) throw new Error('The dead-letter queue is empty.');
      expect(message).toMatchObject({
        function: 'taskbridge-local-fire-event',
        event: { space: space(), job: 'repaired', event: { detail: { order: 1 } } },
        why: expect.stringContaining('has a command'),
      });
      expect(await history('repaired')).toEqual([]);

      await api().push(space(), 'mute', { command: 'cat "$TASKBRIDGE_EVENT_FILE"' });
      await queue.redrive(message);
      await queue.redrive(message);
      const [task, ...others] = await history('repaired');
      expect(others).toEqual([]);
      await api().until(space(), task?.name ?? '', 'succeeded');
      const { log } = (await call('GET', `/tasks/${task?.name}/logs`)).body;
      expect(JSON.parse(log)).toMatchObject({ source: 'shop.repaired', detail: { order: 1 } });
    });
  });
};
