import { parseArgs } from 'node:util';
import { REGION } from './account.ts';
import { startCloud } from './cloud.ts';
import { setUpEmbeddedCluster } from './cluster/set-up.ts';
import type { DeadLetters } from './sqs/dead-letters.ts';

const HELP = `Usage: npm start -- [--kubeconfig FILE] [--verbose]

Serves Taskbridge's HTTP API, console and EventBridge on this machine.
  (default)            uses an embedded Kubernetes API with Tekton: tasks are processes of this machine
  --kubeconfig FILE    uses the cluster of FILE, on which cluster/ was applied
  --verbose            prints the functions' logs to stderr
  PORT=8080 npm start  listens on a fixed port; default: any free port`;

/** Cluster of the functions, with the lines that describe it to the user. */
type Backend = {
  readonly access: Parameters<typeof startCloud>[0]['cluster'];
  readonly lines: string[];
  stop(): Promise<void>;
};

const SPACE = 'demo';

async function embedded(): Promise<Backend> {
  const { access, kubeconfig, cluster, openSpace, stop } = await setUpEmbeddedCluster();
  await orStop(openSpace(SPACE), stop);
  return {
    access,
    stop,
    lines: [
      `  Kubernetes  ${cluster.url}, for kubectl:`,
      `              kubectl --kubeconfig ${kubeconfig} -n ${SPACE} get apps.taskbridge.dev,jobs.taskbridge.dev,pipelineruns`,
      `  Space       ${SPACE}`,
    ],
  };
}

async function real(kubeconfig: string): Promise<Backend> {
  const { realCluster } = await import('./cluster/real.ts');
  const access = await realCluster(kubeconfig);
  return {
    access,
    stop: async () => {},
    lines: [
      `  Kubernetes  ${access.endpoint}`,
      '  Spaces      each namespace with the role bindings of cluster/space/; to open one:',
      `              kubectl --kubeconfig ${kubeconfig} apply -n NAMESPACE -k cluster/space/`,
    ],
  };
}

/** Describes EventBridge and the dead-letter queue to the user. */
const eventBridgeLines = (url: string, { queueUrl, lambdaUrl }: DeadLetters): string[] => [
  `  EventBridge ${url}, for the AWS CLI:`,
  '              export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
  `              aws events list-rules --region ${REGION} --endpoint-url ${url}`,
  `  Dead letters ${queueUrl} (SQS), redriven through ${lambdaUrl} (Lambda): docs/events.md`,
];

const greeting = (
  url: string,
  lines: readonly string[],
  space: string,
): string => `Taskbridge is ready (${(performance.now() / 1000).toFixed(1)} s).

  Console     ${url}
  HTTP API    ${url}, documented at ${url}/docs and ${url}/openapi.json
${lines.join('\n')}

Push an app, run a task, read its log:

  curl -X PUT  ${url}/v1/spaces/${space}/apps/hello -d '{"image":"busybox:1.36"}'
  curl -X POST ${url}/v1/spaces/${space}/apps/hello/tasks -d '{"command":"echo Hello from $(hostname)"}'
  curl ${url}/v1/spaces/${space}/tasks
  curl ${url}/v1/spaces/${space}/tasks/TASK/logs

Create a job that runs every minute, and list its tasks:

  curl -X POST ${url}/v1/spaces/${space}/jobs -d '{"name":"tick","app":"hello","command":"date","schedule":{"cron":"* * * * *"}}'
  curl ${url}/v1/spaces/${space}/jobs/tick/tasks

Press Ctrl-C to stop.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kubeconfig: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const backend = await (values.kubeconfig === undefined ? embedded() : real(values.kubeconfig));
  const onLog = (name: string, line: string) => {
    if (values.verbose) console.error(`[${name}] ${line}`);
  };
  const port = Number(process.env.PORT ?? 0);
  const cloud = await orStop(startCloud({ cluster: backend.access, port, onLog }), backend.stop);
  cloud.eventBridge.startTicker();
  let stopping = false;
  const stop = (): void => {
    // npm forwards Ctrl-C as well, so the signal arrives twice. The second one must not interrupt the cleanup.
    if (stopping) return;
    stopping = true;
    const ends = [cloud.stop(), backend.stop()];
    // A failure of one must not interrupt the other.
    Promise.allSettled(ends)
      .then(() => Promise.all(ends))
      .then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);

  const lines = [...backend.lines, ...eventBridgeLines(cloud.eventBridge.url, cloud.deadLetters)];
  console.log(greeting(cloud.url, lines, values.kubeconfig === undefined ? SPACE : 'NAMESPACE'));
}

/** Returns the step's result; on failure stops what was started before and rethrows. */
async function orStop<T>(step: Promise<T>, stop: () => Promise<void>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await stop();
    throw error;
  }
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
