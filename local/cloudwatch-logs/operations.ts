import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';

/** Event of a log stream. `timestamp` in ms since 1970. */
export type LogEvent = { readonly timestamp: number; readonly message: string };

/** Log group with its streams; each stream's events are ordered by time. */
export type LogGroup = {
  readonly name: string;
  readonly streams: ReadonlyMap<string, readonly LogEvent[]>;
  /** Events per page, and events that one search scans. Small values make paging tokens matter. */
  readonly pageSize: number;
};

const between = { startTime: v.optional(v.number()), endTime: v.optional(v.number()) };

const Filter = v.object({
  logGroupName: v.string(),
  filterPattern: v.optional(v.string(), ''),
  nextToken: v.optional(v.string()),
  ...between,
});

const Get = v.object({
  logGroupName: v.string(),
  logStreamName: v.string(),
  startFromHead: v.optional(v.boolean(), false),
  nextToken: v.optional(v.string()),
  ...between,
});

function parse<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new AwsError('InvalidParameterException', result.issues.map(({ message }) => message).join('; '));
}

function checkGroup(group: LogGroup, name: string): void {
  if (name !== group.name)
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** `startTime` is inclusive, `endTime` exclusive. */
const isWithin = (
  { timestamp }: LogEvent,
  {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
  }: { readonly startTime?: number | undefined; readonly endTime?: number | undefined },
): boolean => timestamp >= startTime && timestamp < endTime;

/** FilterLogEvents: matching events of the group by time. An empty page may be followed by another one. */
export function filterLogEvents(group: LogGroup, body: unknown): object {
  const { logGroupName, filterPattern, nextToken = '0', ...within } = parse(Filter, body);
  checkGroup(group, logGroupName);
  const conditions = conditionsOf(filterPattern);
  const all = [...group.streams]
    .flatMap(([logStreamName, events]) => events.map((event) => ({ logStreamName, ...event })))
    .filter((event) => isWithin(event, within))
    .sort((a, b) => a.timestamp - b.timestamp);
  const begin = Number(nextToken);
  const end = begin + group.pageSize;
  return {
    events: all.slice(begin, end).filter(({ message }) => matches(message, conditions)),
    searchedLogStreams: [],
    ...(end < all.length ? { nextToken: String(end) } : {}),
  };
}

type Condition = { readonly path: readonly string[]; readonly value: string };

/** Parses the supported part of the JSON filter syntax, equalities joined by `&&`: `{ $.a.b = "x" && $.c = "y" }`. */
function conditionsOf(pattern: string): readonly Condition[] {
  if (pattern === '') return [];
  const [, inner] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  return (inner ?? '').split(' && ').map((term) => {
    const [, path, value] = /^\$\.([\w.]+) = "([^"]*)"$/.exec(term) ?? [];
    if (path === undefined || value === undefined)
      throw new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
    return { path: path.split('.'), value };
  });
}

function matches(message: string, conditions: readonly Condition[]): boolean {
  const event = v.safeParse(v.pipe(v.string(), v.parseJson()), message);
  return (
    conditions.length === 0 ||
    (event.success && conditions.every(({ path, value }) => at(event.output, path) === value))
  );
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** GetLogEvents: one page of a stream. Both tokens are positions; the last page returns its own token. */
export function getLogEvents(group: LogGroup, body: unknown): object {
  const { logGroupName, logStreamName, startFromHead, nextToken, ...within } = parse(Get, body);
  checkGroup(group, logGroupName);
  const stream = group.streams.get(logStreamName);
  if (stream === undefined)
    throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const events = stream.filter((event) => isWithin(event, within));
  const [, direction = startFromHead ? 'f' : 'b', place] = /^([fb])\/(\d+)$/.exec(nextToken ?? '') ?? [];
  const from = place === undefined ? (startFromHead ? 0 : events.length) : Number(place);
  const [begin, end] =
    direction === 'f'
      ? [from, Math.min(from + group.pageSize, events.length)]
      : [Math.max(from - group.pageSize, 0), from];
  return {
    events: events.slice(begin, end).map((event) => ({ ...event, ingestionTime: event.timestamp })),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${begin}`,
  };
}
