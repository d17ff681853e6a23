import * as v from 'valibot';
import type { Call } from '../platform/aws/cloudwatch-logs.ts';
import { type LogArchive, type LogLine, type LogStart, parseLogLine } from './log.ts';
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

/** Message of Fluent Bit for a line of a container: the line, and the time from the container runtime. */
const Message = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ log: v.string(), time: v.optional(v.string()) }),
);

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

/** Filter pattern for the events of a pod. Names of Kubernetes contain no quotes, so nothing is escaped. */
const patternFor = (space: string, pod: string): string =>
  `{ $.kubernetes.pod_name = "${pod}" && $.kubernetes.namespace_name = "${space}" && ` +
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

async function* linesFrom(call: Call, stream: string, { since }: LogStart): AsyncGenerator<LogLine> {
  const startTime = since === undefined ? {} : { startTime: since * 1000 };
  const members = { logStreamName: stream, startFromHead: true, ...startTime };
  for await (const { events } of pagesOf(call, members, 'nextForwardToken')) yield* linesIn(events);
}

async function* lastLines(call: Call, stream: string, tail: number): AsyncGenerator<LogLine> {
  let lines: readonly LogLine[] = [];
  const members = { logStreamName: stream, startFromHead: false };
  for await (const { events } of pagesOf(call, members, 'nextBackwardToken')) {
    lines = [...linesIn(events), ...lines];
    if (lines.length >= tail) break;
  }
  yield* tail === 0 ? [] : lines.slice(-tail);
}

/** Lines in order. CloudWatch does not order events of one millisecond; the runtime's own time has nanoseconds. */
const linesIn = (events: readonly Event[]): readonly LogLine[] =>
  events.map(lineOf).sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));

function lineOf({ timestamp, message }: Event): LogLine {
  const stamp = new Date(timestamp).toISOString();
  const sent = v.safeParse(Message, message);
  // An event of another layout is returned as it is.
  const { log, time = stamp } = sent.success ? sent.output : { log: message };
  const text = log.replace(/\n$/, '');
  return parseLogLine(`${time} ${text}`) ?? parseLogLine(`${stamp} ${text}`) ?? { time: '', text };
}
