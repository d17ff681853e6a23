import { parseArgs } from 'node:util';
import { accessFolder, quoted, writeAccessFiles } from './access-files.ts';
import { REGION, USER_KEY } from './account.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { setUpEmbeddedCluster } from './cluster/set-up.ts';
import { awsEnvironment } from './credentials.ts';

const HELP = `Usage: npm start -- [--kubeconfig FILE] [--verbose]

Serves Taskbridge's HTTP API, console and EventBridge on this machine, to its own user alone.
  (default)            uses an embedded Kubernetes API with Tekton: tasks are processes of this machine
  --kubeconfig FILE    uses the cluster of FILE, on which cluster/ was applied
  --verbose            prints the functions' logs to stderr
  PORT=9090 npm start  listens on this port; default: 8080, or the next one that is free`;

/** Cluster of the functions, with the lines that describe it to the user. */
type Backend = {
  readonly access: Parameters<typeof startCloud>[0]['cluster'];
  /** Content of a kubeconfig for it. Absent: the user has one. */
  readonly kubeconfig?: string;
  /** Space that is open from the start. */
  readonly space?: string;
  readonly lines: readonly string[];
  stop(): Promise<void>;
};

const SPACE = 'demo';

const DEFAULT_PORT = 8080;

/** Ports to try before giving up. */
const PORTS = Array.from({ length: 20 }, (_, index) => DEFAULT_PORT + index);

async function embedded(): Promise<Backend> {
  const { access, cluster, openSpace, stop } = await setUpEmbeddedCluster();
  await orStop(openSpace(SPACE), stop);
  return {
    access,
    stop,
    kubeconfig: cluster.kubeconfig,
    space: SPACE,
    lines: [`  Kubernetes  ${cluster.url}`, `  Space       ${SPACE}`],
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
      `              kubectl --kubeconfig ${quoted(kubeconfig)} apply -n NAMESPACE -k cluster/space/`,
    ],
  };
}

/** Variables by which taskbridge, kubectl, aws and the tools of this repository reach the cloud. */
const variablesOf = ({ url, credentials, eventBridge, deadLetters }: Cloud, { space }: Backend) => ({
  TASKBRIDGE_URL: url,
  ...(space === undefined ? {} : { TASKBRIDGE_SPACE: space }),
  TASKBRIDGE_TOKEN: credentials.token,
  ...awsEnvironment(credentials.keyOf(USER_KEY)),
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge.url,
  AWS_ENDPOINT_URL_SQS: deadLetters.queueUrl,
  AWS_ENDPOINT_URL_LAMBDA: deadLetters.lambdaUrl,
});

/** Says that the usual port was not free. */
const portLine = (port: number): string =>
  process.env.PORT === undefined && port !== DEFAULT_PORT
    ? `\nPort ${DEFAULT_PORT} is taken: this one listens on ${port}.\n`
    : '';

const greeting = (
  { url, consoleUrl, eventBridge, deadLetters }: Cloud,
  { space, lines }: Backend,
  env: string,
): string => `Taskbridge is ready (${(performance.now() / 1000).toFixed(1)} s).
${portLine(portOf(url))}
  Console     ${consoleUrl}
  HTTP API    ${url}, documented at ${url}/docs and ${url}/openapi.json
${lines.join('\n')}
  EventBridge ${eventBridge.url}
  SQS, Lambda ${deadLetters.queueUrl}, ${deadLetters.lambdaUrl}, for dead letters: docs/events.md

Only its user may use it: the console's link holds a secret of this start, and the file of the first line below holds
the others. Push an app and run a task, in another terminal in this folder:

  . ${quoted(env)}
${space === undefined ? '  export TASKBRIDGE_SPACE=NAMESPACE\n' : ''}  npx taskbridge push hello -o busybox:1.36
  npx taskbridge run-task hello -c 'echo Hello from $(hostname)' --wait

In the same terminal, a job and other programs:

  npx taskbridge create-job hello tick date -s '* * * * *'
  kubectl get apps.taskbridge.dev,jobs.taskbridge.dev,pipelineruns -n ${space ?? '$TASKBRIDGE_SPACE'}
  aws events list-rules
  curl -H @- $TASKBRIDGE_URL/v1/spaces <<< "Authorization: Bearer $TASKBRIDGE_TOKEN"

Press Ctrl-C to stop.${space === undefined ? '' : ' Apps, jobs and tasks are gone then.'}`;

const portOf = (url: string): number => Number(new URL(url).port);

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
  const ports = process.env.PORT === undefined ? PORTS : [Number(process.env.PORT)];
  const cloud = await orStop(startCloud({ cluster: backend.access, ports, onLog }), backend.stop);
  const stopBoth = () => together([cloud.stop(), backend.stop()]);
  const files = await orStop(
    writeAccessFiles(accessFolder(portOf(cloud.url), process.env), {
      variables: variablesOf(cloud, backend),
      kubeconfig: backend.kubeconfig,
    }),
    stopBoth,
  );
  cloud.eventBridge.startTicker();
  let stopping = false;
  const stop = (): void => {
    // npm forwards Ctrl-C as well, so the signal arrives twice. The second one must not interrupt the cleanup.
    if (stopping) return;
    stopping = true;
    together([stopBoth(), files.remove()]).then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  console.log(greeting(cloud, backend, files.env));
}

/** Resolves when all have ended; a failure of one does not interrupt the others. */
async function together(ends: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(ends);
  await Promise.all(ends);
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
