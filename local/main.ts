import { access as checkAccess } from 'node:fs/promises';
import { accessFolder, quoted, writeAccessFiles } from './access-files.ts';
import { startCloud } from './cloud.ts';
import { setUpEmbeddedCluster } from './cluster/set-up.ts';
import { type Data, openData } from './data/data.ts';
import { portsOf } from './data/identity.ts';
import { errorCodeOf, messageOf } from './error-code.ts';
import { DEFAULT_PORT, greetingOf, type Started, variablesOf } from './greeting.ts';
import { portOf } from './http-server.ts';
import { HELP, type StartOptions, startOptions, UsageError } from './start-options.ts';

/** Cluster of the functions, with the lines that describe it to the user. */
type Backend = Pick<Started, 'space' | 'lines' | 'lost'> & {
  readonly access: Parameters<typeof startCloud>[0]['cluster'];
  /** Content of a kubeconfig for it. Absent: the user has one. */
  readonly kubeconfig?: string;
  stop(): Promise<void>;
};

const SPACE = 'demo';

/** Ports to try before giving up. */
const PORTS = Array.from({ length: 20 }, (_, index) => DEFAULT_PORT + index);

async function embedded(data: Data | undefined): Promise<Backend> {
  const { access, cluster, openSpace, stop } = await setUpEmbeddedCluster(data);
  await orStop(openSpace(SPACE), stop);
  return {
    access,
    stop,
    kubeconfig: cluster.kubeconfig,
    space: SPACE,
    lines: [`  Kubernetes  ${cluster.url}`, `  Space       ${SPACE}`],
    lost: cluster.lostPods,
  };
}

async function real(kubeconfig: string): Promise<Backend> {
  await checkAccess(kubeconfig).catch(() => {
    throw new UsageError(`--kubeconfig ${kubeconfig}: there is no such file, or you may not read it.`);
  });
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
    lost: 0,
  };
}

/** Starts the cloud on the port that is wanted, else on the one that the data had, else on the first usual one that is free. */
async function serve({ access }: Backend, { port, verbose }: StartOptions, data: Data | undefined) {
  const ports = portsOf(data);
  const last = ports.get('http');
  const tried = port === undefined ? [...(last === undefined ? [] : [last]), ...PORTS] : [port];
  const onLog = (name: string, line: string) => {
    if (verbose) console.error(`[${name}] ${line}`);
  };
  const cloud = await startCloud({ cluster: access, ports: tried, onLog, data }).catch((error: unknown) => {
    throw portError(error, port) ?? error;
  });
  if (portOf(cloud.url) !== last) ports.set('http', portOf(cloud.url));
  return cloud;
}

/** Error in words for a port that cannot be had; `undefined` for any other. */
function portError(error: unknown, port: number | undefined): Error | undefined {
  const code = errorCodeOf(error);
  const other = 'Name another: PORT=9090 npm start, or PORT=0 for any free one.';
  if (code === 'EACCES' && port !== undefined)
    return new Error(`You may not listen on port ${port}. ${other}`, { cause: error });
  if (code !== 'EADDRINUSE') return undefined;
  const taken = port === undefined ? `Ports ${PORTS[0]} to ${PORTS.at(-1)} are` : `Port ${port} is`;
  return new Error(`${taken} taken by other programs. ${other}`, { cause: error });
}

async function main(): Promise<void> {
  const options = startOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(HELP);
    return;
  }
  let stop = (exitCode: number): void => process.exit(exitCode);
  const data = await dataOf(options, (code) => stop(code));
  const closeData = async () => data?.close();
  const { kubeconfig } = options;
  const backend = await orStop(kubeconfig === undefined ? embedded(data) : real(kubeconfig), closeData);
  const stopBackend = () => inOrder([backend.stop, closeData]);
  const cloud = await orStop(serve(backend, options, data), stopBackend);
  const stopAll = () => inOrder([cloud.stop, stopBackend]);
  const files = await orStop(
    writeAccessFiles(accessFolder(portOf(cloud.url), process.env), {
      variables: variablesOf(cloud, backend),
      kubeconfig: backend.kubeconfig,
    }),
    stopAll,
  );
  cloud.eventBridge.startTicker();
  let stopping = false;
  stop = (exitCode) => {
    // npm forwards Ctrl-C as well, so the signal arrives twice. The second one must not interrupt the cleanup.
    if (stopping) return;
    stopping = true;
    console.error('\nStopping.');
    inOrder([files.remove, stopAll]).then(() => process.exit(exitCode), fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  console.log(greetingOf(cloud, { ...backend, ...options, data }, files.env));
}

/** Opens the folder of `--data`. Without its journal nothing is kept, so the process ends. */
async function dataOf({ data }: StartOptions, stop: (exitCode: number) => void): Promise<Data | undefined> {
  if (data === undefined) return undefined;
  return openData(data, {
    onFailure: (error) => {
      console.error(`${data} cannot be written: ${messageOf(error)}. Later changes are not kept.`);
      stop(1);
    },
  });
}

/** Does one after the other; a failure of one does not keep the next from being done. */
async function inOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const [first, ...others] = steps;
  if (first === undefined) return;
  try {
    await first();
  } finally {
    await inOrder(others);
  }
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
  console.error(messageOf(error));
  process.exit(error instanceof UsageError ? 2 : 1);
}

main().catch(fail);
