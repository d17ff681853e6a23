import { callsOn } from '../../lib/platform/aws/cloudwatch-logs.ts';
import type { LogArchive } from '../../lib/tasks/log.ts';
import { logArchive } from '../../lib/tasks/repository-log-archive.ts';
import type { LogEvent } from '../../local/cloudwatch-logs/operations.ts';
import { createCloudWatchLogsServer } from '../../local/cloudwatch-logs/server.ts';
import { CREDENTIALS, USER } from './credentials.ts';
import { listen } from './listen.ts';

const GROUP = '/aws/containerinsights/test/application';
const ID = '0'.repeat(64);

/** A line of a container, at a time of the runtime with nanoseconds. */
export type SentLine = { readonly time: string; readonly log: string };

type Container = { readonly space: string; readonly pod: string; readonly container?: string };

/** The event that Fluent Bit sends for a line, as EKS sets it up. */
const eventOf = ({ space, pod, container }: Required<Container>, { time, log }: SentLine): LogEvent => ({
  timestamp: Date.parse(time),
  message: JSON.stringify({
    time,
    stream: 'stdout',
    _p: 'F',
    log,
    kubernetes: { pod_name: pod, namespace_name: space, host: 'ip-10-0-0-1', container_name: container },
  }),
});

/** Log group of EKS on its own server, and the archive that reads it. */
export async function startLogGroup(pageSize: number) {
  const streams = new Map<string, readonly LogEvent[]>();
  const server = createCloudWatchLogsServer(() => ({ name: GROUP, streams, pageSize }), CREDENTIALS);
  const port = await listen(server);
  const own = `http://127.0.0.1:${port}/`;
  const archive = (name = GROUP, { withinMs = 60_000, endpoint = own } = {}): LogArchive =>
    logArchive(
      callsOn(
        {
          name,
          region: 'eu-central-1',
          endpoint,
          credentials: USER,
        },
        withinMs,
      ),
    );
  return {
    archive,
    /** Puts the lines where Fluent Bit puts those of a container. */
    send: ({ space, pod, container = 'step-user-container' }: Container, lines: readonly SentLine[]) => {
      const stream = `ip-10-0-0-1-application.var.log.containers.${pod}_${space}_${container}-${ID}.log`;
      streams.set(
        stream,
        lines.map((line) => eventOf({ space, pod, container }, line)),
      );
    },
    sendAsIs: (stream: string, events: readonly LogEvent[]) => streams.set(stream, events),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
