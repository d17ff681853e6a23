import * as v from 'valibot';
import type { Call } from '../platform/aws/cloudwatch-logs.ts';
import { checkedName, Name } from '../platform/names.ts';
import { type LogArchive, type LogPiece, type LogStart, parseLogTime } from './log.ts';
import { endsLine } from './log-text.ts';
import { STEP } from './task.ts';

/** Tekton's name of the container of the step. */
const CONTAINER = `step-${STEP}`;

/** Margin around the lifetime of a task in ms: the clocks of node and control plane differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

const Found = v.object({
  events: v.optional(v.array(v.object({ logStreamName: v.string() })), []),
  nextToken: v.optional(v.string()),
});

const Event = v.object({ timestamp: v.number(), message: v.string() });
type Event = v.InferOutput<typeof Event>;

const Events = v.object({
  events: v.optional(v.array(Event), []),
  nextForwardToken: v.optional(v.string()),
  nextBackwardToken: v.optional(v.string()),
});
type Events = v.InferOutput<typeof Events>;

/**
 * Message of Fluent Bit for a line of a container: the line, the time from the container runtime, and the runtime's tag: `P`
 * for a part of a line, where the parts are not joined.
 */
const Message = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ log: v.string(), time: v.optional(v.string()), _p: v.optional(v.string()) }),
);

const JsonText = v.pipe(v.string(), v.parseJson(), v.string());

/** Size limit of a part of a line, in bytes: joined ones are longer, and keep the tag of the first. */
const MAX_PART_BYTES = 16 * 1024;

/**
 * Log archive in a CloudWatch log group that Fluent Bit fills in the layout of EKS: a stream for each container, named
 * `NODE-application.var.log.containers.POD_NAMESPACE_CONTAINER-ID.log`, and JSON events with `log`, `time` and
 * `kubernetes`. The node of a deleted pod is unknown, so its stream is found by the first event that names the pod, within
 * the lifetime of its task.
 */
export const logArchive = (call: Call): LogArchive => ({
  async read(space, pod, { from, to }, start) {
    const window = { startTime: from.getTime() - CLOCK_SKEW_MS, endTime: to.getTime() + CLOCK_SKEW_MS };
    const stream = await streamOf(call, patternFor(space, pod), window);
    if (stream === undefined) return 'gone';
    return start.tail === undefined || start.since !== undefined
      ? linesFrom(call, stream, start)
      : lastLines(call, stream, start.tail);
  },
});

/** Filter pattern for the events of a pod. Both names are checked, so nothing is escaped. */
const patternFor = (space: string, pod: string): string =>
  `{ $.kubernetes.pod_name = "${checkedName('pod', pod)}" && ` +
  `$.kubernetes.namespace_name = "${checkedName('space', space, Name)}" && ` +
  `$.kubernetes.container_name = "${CONTAINER}" }`;

/** Finds the stream of a pod. An empty page may have a next one: CloudWatch limits the time of a search. */
async function streamOf(call: Call, filterPattern: string, window: object): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = v.parse(
      Found,
      await call('FilterLogEvents', { filterPattern, ...window, ...(nextToken && { nextToken }) }),
    );
    const [event] = page.events;
    if (event !== undefined) return event.logStreamName;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

/** Pages of a stream, until a page returns the token of its own request. Pages before that may be empty. */
async function* pagesOf(
  call: Call,
  members: object,
  token: 'nextForwardToken' | 'nextBackwardToken',
): AsyncGenerator<Events> {
  let nextToken: string | undefined;
  for (;;) {
    const page = v.parse(Events, await call('GetLogEvents', { ...members, ...(nextToken && { nextToken }) }));
    yield page;
    if (page[token] === undefined || page[token] === nextToken) return;
    nextToken = page[token];
  }
}

async function* linesFrom(call: Call, stream: string, { since }: LogStart): AsyncGenerator<LogPiece> {
  const startTime = since === undefined ? {} : { startTime: since * 1000 };
  const members = { logStreamName: stream, startFromHead: true, ...startTime };
  let line: LogPiece | undefined;
  for await (const { events } of pagesOf(call, members, 'nextForwardToken')) {
    for (const { time, bytes } of piecesIn(events)) {
      // The time of a line is that of its first part.
      const piece = { time: line?.time ?? time, bytes };
      yield piece;
      line = endsLine(bytes) ? undefined : piece;
    }
  }
}

async function* lastLines(call: Call, stream: string, tail: number): AsyncGenerator<LogPiece> {
  let pieces: readonly LogPiece[] = [];
  const members = { logStreamName: stream, startFromHead: false };
  for await (const { events } of pagesOf(call, members, 'nextBackwardToken')) {
    pieces = [...piecesIn(events), ...pieces];
    if (pieces.length >= tail) break;
  }
  yield* tail === 0 ? [] : pieces.slice(-tail);
}

/** Pieces in order. CloudWatch does not order events of one millisecond; the runtime's own time has nanoseconds. */
const piecesIn = (events: readonly Event[]): readonly LogPiece[] =>
  events.map(pieceOf).sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));

function pieceOf({ timestamp, message }: Event): LogPiece {
  const stamp = new Date(timestamp).toISOString();
  const sent = v.safeParse(Message, message);
  const { log, time = stamp, _p: tag } = sent.success ? sent.output : { log: cutLog(message) };
  const isPart = tag === 'P' && Buffer.byteLength(log) <= MAX_PART_BYTES && !log.endsWith('\n');
  return {
    time: parseLogTime(time) ?? parseLogTime(stamp) ?? '',
    bytes: Buffer.from(isPart ? log : `${log.replace(/\n$/, '')}\n`),
  };
}

const CUT = '… (the log group has no more of this line)';

/**
 * Text of an event that is no JSON of Fluent Bit: the event as it is, or the beginning of a line. Fluent Bit cuts an event at
 * CloudWatch's size limit, in the midst of its JSON.
 */
function cutLog(message: string): string {
  const key = message.startsWith('{') ? message.indexOf('"log":"') : -1;
  if (key === -1) return message;
  const start = key + '"log":"'.length;
  let end = start;
  for (let next = start; next <= message.length && message[end] !== '"'; ) {
    end = next;
    if (message[next] === '\\') next += message[next + 1] === 'u' ? 6 : 2;
    else next += 1;
  }
  const log = v.safeParse(JsonText, `"${message.slice(start, end)}"`);
  if (!log.success) return message;
  return end < message.length && message[end] === '"' ? log.output : `${log.output}${CUT}`;
}
