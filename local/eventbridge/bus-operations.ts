import * as v from 'valibot';
import { type Bus, type Buses, getBus } from './bus.ts';
import { pageOf } from './page.ts';
import { Arn, paging, parse, textOf } from './request.ts';

const shown = ({ name, arn }: Bus) => ({ Name: name, Arn: arn });

const DescribeEventBus = v.object({ Name: v.optional(Arn) });

export const describeEventBus = (buses: Buses, body: unknown) =>
  shown(getBus(buses, parse(DescribeEventBus, body).Name));

const ListEventBuses = v.object({ NamePrefix: v.optional(textOf(1, 256)), ...paging });

export function listEventBuses({ byName }: Buses, body: unknown) {
  const { NamePrefix = '', ...page } = parse(ListEventBuses, body);
  const found = [...byName.values()]
    .filter(({ name }) => name.startsWith(NamePrefix))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const { items, next } = pageOf(found, ({ name }) => name, page);
  return { EventBuses: items.map(shown), ...next };
}
