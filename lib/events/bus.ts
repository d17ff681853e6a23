import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Calls, callEventBridge } from '../platform/aws/eventbridge.ts';
import type { Stage } from '../schedules/rule-names.ts';
import { eventSourceOf, type OutboundEvent } from './outbound-events.ts';
import type { Bus } from './publish.ts';

export type BusOptions = Stage & {
  /** Name of the service's own bus; absent: events are dropped. */
  readonly busName?: string | undefined;
};

/** Publishes events on the service's own bus, for one invocation. */
export const eventBus = (calls: Calls, { busName, ...stage }: BusOptions): Bus => ({
  put: async (events) => {
    if (busName === undefined) return events.map(() => true);
    const Entries = events.map((event) => toEntry(event, eventSourceOf(stage), busName));
    const command = new PutEventsCommand({ Entries });
    const response = await callEventBridge(calls, 'PutEvents', (once) => calls.client.send(command, once));
    // PutEvents returns 200 even if it rejected some entries; results are in the order of the entries.
    return events.map((_, index) => response.Entries?.[index]?.EventId !== undefined);
  },
});

const toEntry = ({ detailType, time, detail }: OutboundEvent, source: string, bus: string) => ({
  EventBusName: bus,
  Source: source,
  DetailType: detailType,
  Time: time,
  Detail: JSON.stringify(detail),
});
