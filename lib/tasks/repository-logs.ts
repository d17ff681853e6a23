import type { IncomingMessage } from 'node:http';
import { DomainError } from '../platform/errors.ts';
import type { Connection } from '../platform/kubernetes/client.ts';
import { domainErrorOf, failureOf } from '../platform/kubernetes/errors.ts';
import { isWaitingContainer } from '../platform/kubernetes/messages.ts';
import { type LogLine, type LogStart, type Logs, parseLogLine } from './log.ts';
import { STEP } from './task.ts';

/** Repository of logs: the API server fetches them from the kubelet of the pod. */
export const kubernetesLogs = ({ stream }: Connection): Logs => ({
  async read(space, pod, start, step = STEP) {
    const path = `/api/v1/namespaces/${space}/pods/${pod}/log?${queryOf(start, step)}`;
    const opened = await stream(path);
    if ('body' in opened) return linesOf(opened.body);

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

/** Yields lines as they arrive. Stopping early closes the connection. A truncated body ends in an error, not in a line. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<LogLine> {
  try {
    for await (const text of textLines(response)) {
      const line = parseLogLine(text);
      if (line !== undefined) yield line;
    }
    if (!response.complete) throw new Error('The body ended early.');
  } catch {
    // The connection was reset, or the stream timed out: Node's own error says no more.
    throw new DomainError('unavailable', 'The cluster cut the log short. Try again.');
  } finally {
    response.destroy();
  }
}

/** Splits at line feeds only: carriage returns (progress bars) and U+2028 are part of a line. */
async function* textLines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
