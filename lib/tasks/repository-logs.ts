import type { IncomingMessage } from 'node:http';
import { DomainError } from '../platform/errors.ts';
import { CORE, type Connection } from '../platform/kubernetes/client.ts';
import { domainErrorOf, failureOf } from '../platform/kubernetes/errors.ts';
import { isWaitingContainer } from '../platform/kubernetes/messages.ts';
import { ApiPath } from '../platform/kubernetes/requests.ts';
import { type LogPiece, type LogStart, type Logs, parseLogTime } from './log.ts';
import { endsLine } from './log-text.ts';
import { STEP } from './task.ts';

/** Repository of logs: the API server fetches them from the kubelet of the pod. `withinMs`: time limit of each read. */
export const kubernetesLogs = (connection: Connection, withinMs?: number): Logs => ({
  async read(space, pod, start, step = STEP) {
    const { stream } = withinMs === undefined ? connection : connection.withDeadline(withinMs);
    const path = ApiPath.of({ ...CORE, plural: 'pods', namespace: space, name: pod, subresource: 'log' });
    const opened = await stream(path, queryOf(start, step));
    if ('body' in opened) return piecesOf(opened.body);

    const failure = failureOf(opened.status, opened.text);
    if (failure.code === 404) return 'gone';
    if (failure.code === 400 && isWaitingContainer(failure.message)) return 'notStarted';
    throw domainErrorOf(failure, { space, what: `The log of pod "${pod}"` });
  },
});

function queryOf({ tail, since }: LogStart, step: string): URLSearchParams {
  return new URLSearchParams({
    // Tekton's name of the container of a step.
    container: `step-${step}`,
    timestamps: 'true',
    ...(tail === undefined ? {} : { tailLines: String(tail) }),
    ...(since === undefined ? {} : { sinceTime: new Date(since * 1000).toISOString() }),
  });
}

/** Yields pieces as they arrive. Stopping early closes the connection. A truncated body ends in an error. */
async function* piecesOf(response: IncomingMessage): AsyncGenerator<LogPiece> {
  try {
    yield* piecesIn(response);
    if (!response.complete) throw new Error('The body ended early.');
  } catch {
    // The connection was reset, or the stream timed out: Node's own error says no more.
    throw new DomainError('unavailable', 'The cluster cut the log short. Try again.');
  } finally {
    response.destroy();
  }
}

/** Maximum length of the time before a line, in bytes. */
const MAX_STAMP_BYTES = 64;
const NO_TIME = '';

/**
 * Splits blocks of a log with times. Only a line feed ends a line: carriage returns and U+2028 are part of it. What has no time
 * is left out: it is no line of the task.
 */
async function* piecesIn(blocks: AsyncIterable<Buffer>): AsyncGenerator<LogPiece> {
  let time: string | undefined;
  let stamp: Buffer = Buffer.alloc(0);
  for await (const block of blocks) {
    let rest = stamp.length === 0 ? block : Buffer.concat([stamp, block]);
    stamp = Buffer.alloc(0);
    while (rest.length > 0) {
      if (time === undefined) {
        const end = rest.subarray(0, MAX_STAMP_BYTES).indexOf(' ');
        if (end === -1 && rest.length < MAX_STAMP_BYTES && !rest.includes('\n')) {
          stamp = rest;
          break;
        }
        time = parseLogTime(rest.toString('latin1', 0, Math.max(end, 0))) ?? NO_TIME;
        if (time !== NO_TIME) rest = rest.subarray(end + 1);
      }
      const bytes = rest.subarray(0, rest.indexOf('\n') + 1 || rest.length);
      if (time !== NO_TIME && bytes.length > 0) yield { time, bytes };
      if (endsLine(bytes)) time = undefined;
      rest = rest.subarray(bytes.length);
    }
  }
}
