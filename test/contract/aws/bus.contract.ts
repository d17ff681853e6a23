import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { eventBus } from '../../../lib/events/bus.ts';
import { newEventBridgeClient } from '../../../lib/platform/aws/eventbridge.ts';
import { NO_END } from '../../support/eventbridge.ts';
import type { Suite } from './cloud.ts';

const EVENT = {
  detailType: 'Task Succeeded',
  time: new Date(),
  detail: { eventId: 'a', space: 'team-a', depth: 0 },
};

/** The port by which the reconcile publishes the ends of tasks. */
export const busContract: Suite = (cloud, it) => {
  describe('the port to the bus', () => {
    let client: ReturnType<typeof newEventBridgeClient>;
    const put = (busName: string | undefined, ...details: readonly object[]) =>
      eventBus({ client, end: NO_END }, { service: 'taskbridge', stage: 'contract', busName }).put(
        details.map((detail) => ({ ...EVENT, detail: { ...EVENT.detail, ...detail } })),
      );

    beforeAll(() => {
      const { region, credentials, endpointOf } = cloud();
      client = newEventBridgeClient({ region, credentials, endpoint: endpointOf('events') });
    });
    afterAll(() => client.destroy());

    it('publishes events on the bus of the stage, each with its own result', async () => {
      expect(await put(cloud().bus, { eventId: 'a' }, { eventId: 'b' })).toEqual([true, true]);
    });

    it('loses events of a bus that is not there without a word, as AWS does', async () => {
      expect(await put(`${cloud().bus}-none`, {})).toEqual([true]);
    });
  });
};
