import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type Buses, busNameOf } from './bus.ts';
import { validationError } from './errors.ts';
import { Arn, listOf, parse } from './request.ts';

/** Limit in bytes of all entries of a request (Amazon EventBridge quotas, "PutEvents entry size"). */
const MAX_REQUEST_BYTES = 256 * 1024;

/** Bytes of an entry's time (User Guide, "Calculating PutEvents entry size"). */
const TIME_BYTES = 14;

const Entry = v.object({
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  EventBusName: v.optional(Arn),
  /** Seconds since 1970. */
  Time: v.optional(v.number()),
  Resources: v.optional(v.array(v.string()), []),
});

type Entry = v.InferOutput<typeof Entry>;

const PutEvents = v.object({ Entries: listOf(Entry, 1, 10) });

/** Event as a target receives it. */
export type BusEvent = Readonly<Record<string, unknown>> & { readonly id: string };

/** Sends an accepted event to the rules of a bus. */
export type Send = (bus: string, event: BusEvent) => void;

/**
 * PutEvents. Entries are accepted or rejected one by one. An event for a bus that does not exist is accepted and lost,
 * as in AWS.
 */
export function putEvents(buses: Buses, body: unknown, send: Send) {
  const { Entries } = parse(PutEvents, body);
  const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > MAX_REQUEST_BYTES)
    throw validationError('Total size of the entries in the request is over the limit.');
  const answers = Entries.map((entry) => {
    const refused = refusalOf(entry);
    if (refused !== undefined) return refused;
    const event = toEvent(buses, entry);
    if (buses.byName.has(busNameOf(entry.EventBusName))) send(busNameOf(entry.EventBusName), event);
    return { EventId: event.id };
  });
  return {
    FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
    Entries: answers,
  };
}

const bytes = (text: string): number => Buffer.byteLength(text);

const sizeOf = ({ Source = '', DetailType = '', Detail = '', Time, Resources }: Entry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + bytes(text), 0) +
  (Time === undefined ? 0 : TIME_BYTES);

function refusalOf({ Source = '', DetailType = '', Detail = '' }: Entry) {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === '');
  if (missing !== undefined) {
    const [name] = missing;
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    };
  }
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  return isObjectText(Detail)
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function toEvent({ account, region, now }: Buses, entry: Entry): BusEvent {
  const time = entry.Time === undefined ? now() : new Date(entry.Time * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account,
    time: time.toISOString().replace(/\.\d{3}/, ''),
    region,
    resources: entry.Resources,
    detail: JSON.parse(entry.Detail ?? '{}'),
  };
}
