import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionArn } from './account.ts';
import { type Deployment, readServerless } from './cloudformation/serverless.ts';
import {
  functionNameOf,
  retriesOf,
  serviceBus,
  stackEnvironment,
  stackRules,
} from './cloudformation/stack.ts';
import { type ClusterAccess, environmentFor, writeTokens } from './cluster/access.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import type { Data } from './data/data.ts';
import { identityOf } from './data/identity.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from './eventbridge/start.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type Authorizer, developerAuthorizer } from './gateway/authorizer.ts';
import { bundleFunctions } from './gateway/bundle.ts';
import type { GatewayResponse } from './gateway/gateway.ts';
import { formatError, type RunningFunctions, startFunctionsAndGateway } from './gateway/start.ts';
import { type StackPermissions, stackPermissions } from './iam/stack-permissions.ts';
import { readStackTemplate } from './iam/stack-template.ts';
import { buildEnvironment } from './lifecycle/builds.ts';
import { type EmbeddedS3, type S3Settings, startEmbeddedS3 } from './s3/start.ts';
import { type DeadLetters, startDeadLetters } from './sqs/dead-letters.ts';

/** Interval between token renewals. Tokens expire after an hour. */
const TOKEN_RENEWAL_MS = 20 * 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type CloudOptions = {
  readonly cluster: ClusterAccess;
  /** Default: the developer's token. */
  readonly authorizer?: Authorizer;
  /** Folder of the functions' bundles. Default: they are built. */
  readonly bundles?: string;
  /** Ports of the HTTP API to try, in order. Default: any free one. */
  readonly ports?: readonly number[];
  /** Origin of a console that is served elsewhere: the setting `consoleOrigin` of a stage. */
  readonly consoleOrigin?: string;
  readonly onLog?: (name: string, line: string) => void;
  /** Called with every response of the HTTP API. */
  readonly onResponse?: (response: GatewayResponse) => void;
  /** Clock of the functions and of EventBridge. Default: the system clock. */
  readonly clock?: FakeClock;
  /** Keeps secrets, ports, rules, sources and dead letters for the next start. Default: they are in memory. */
  readonly data?: Data | undefined;
};

/** HTTP API with its functions, EventBridge, S3 and SQS, over a cluster. */
export type Cloud = {
  readonly url: string;
  /** Link to the console that holds the developer's token. */
  readonly consoleUrl: string;
  /** Secrets that its listeners want. */
  readonly credentials: Credentials;
  /** Has the schedules of serverless.yml. Time stands still until the ticker is started or a minute is run. */
  readonly eventBridge: EmbeddedEventBridge;
  readonly clock: FakeClock;
  /** Dead-letter queue of the asynchronous functions. */
  readonly deadLetters: DeadLetters;
  /** Moves the clock forward to a minute and fires its rules. Resolves when all functions have returned. */
  runMinute(minute: Date): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the functions, the HTTP API and the AWS services over a running cluster. Removes its files when it stops, and
 * when it fails to start.
 */
export async function startCloud({ cluster, ...options }: CloudOptions): Promise<Cloud> {
  const { onLog = () => {}, clock = createFakeClock(), data } = options;
  const credentials = createCredentials(identityOf(data).seed);
  const cleanups: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'taskbridge-functions-'));
    cleanups.push(() => rm(directory, { recursive: true, force: true }));
    cleanups.push(await renewTokens(cluster, directory, onLog));
    const deployment = await readServerless(join(root, 'serverless.yml'));
    const bundles = options.bundles ?? (await bundleInto(directory, deployment));
    let functions: RunningFunctions | undefined;
    const permissions = stackPermissions(deployment, await readStackTemplate(root));
    const deadLetters = await startDeadLetters({
      ...{ credentials, deployment, permissions, now: clock.now, onLost: onLog, data },
      call: (name, event) => void eventBridge.call(functionArn(deployment.service, name), event),
    });
    cleanups.push(deadLetters.stop);
    const eventBridge: EmbeddedEventBridge = await startEventBridge(deployment, permissions, {
      ...{ credentials, clock, onLog, deadLetters, data },
      functions: () => functions,
    });
    cleanups.push(() => eventBridge.stop());
    const s3 = await startSources(cluster, directory, {
      ...{ credentials, permissions, now: clock.now, data },
    });
    cleanups.push(s3.stop);
    const environmentOf = environmentFor(cluster, {
      ...{ directory, credentials },
      stack: {
        ...stackEnvironment(deployment, eventBridge.url),
        ...buildEnvironment(cluster.builds, s3.url),
      },
    });
    functions = await startFunctionsAndGateway({
      ...options,
      authorizer: options.authorizer ?? developerAuthorizer(credentials.token),
      deployment,
      clock,
      onLog,
      bundles,
      environmentOf,
    });
    cleanups.push(functions.stop);
    const runMinute = (minute: Date): Promise<void> => {
      clock.moveTo(minute);
      return eventBridge.runMinute(minute);
    };
    const { url } = functions;
    const consoleUrl = `${url}/#token=${credentials.token}`;
    return { url, consoleUrl, credentials, eventBridge, clock, deadLetters, runMinute, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bundleInto(directory: string, deployment: Deployment): Promise<string> {
  const bundles = join(directory, 'bundles');
  await mkdir(bundles);
  await bundleFunctions(root, deployment, bundles);
  return bundles;
}

/** Starts S3 with the bucket of app sources, on an address that the cluster's pods can reach. */
async function startSources(
  { builds }: ClusterAccess,
  directory: string,
  account: Pick<S3Settings, 'credentials' | 'permissions' | 'now' | 'data'>,
): Promise<EmbeddedS3> {
  const sources = (await account.data?.files('sources')) ?? join(directory, 'sources');
  await mkdir(sources, { recursive: true });
  return startEmbeddedS3({ ...account, directory: sources, host: builds?.host });
}

/** Writes the identities' tokens to a folder and renews them until the returned function is called. */
async function renewTokens(
  cluster: ClusterAccess,
  directory: string,
  onLog: Environment['onLog'],
): Promise<() => Promise<void>> {
  await writeTokens(cluster, directory);
  const renewal = setInterval(() => {
    writeTokens(cluster, directory).catch((error) => onLog('tokens', String(error)));
  }, TOKEN_RENEWAL_MS);
  renewal.unref();
  return async () => clearInterval(renewal);
}

type Environment = {
  readonly credentials: Credentials;
  readonly clock: FakeClock;
  readonly onLog: (name: string, line: string) => void;
  readonly deadLetters: DeadLetters;
  readonly data: Data | undefined;
  /** Late bound: the functions need EventBridge's address, so they start after it. */
  readonly functions: () => RunningFunctions | undefined;
};

/** Starts EventBridge with the functions as targets. Errors that they throw are logged and retried as Lambda does. */
const startEventBridge = (
  deployment: Deployment,
  permissions: StackPermissions,
  { credentials, clock, onLog, deadLetters, functions, data }: Environment,
) =>
  startEmbeddedEventBridge({
    ...{ credentials, permissions, data },
    now: clock.now,
    buses: [serviceBus(deployment.service)],
    rules: stackRules(deployment),
    invoke: async (arn, event) => {
      await functions()?.invoke(functionNameOf(deployment, arn))(event);
    },
    onError: (error, arn) => onLog(arn, formatError(error)),
    retriesOf: (arn) => retriesOf(deployment, arn),
    onRetriesExhausted: deadLetters.addFailedInvocation,
    onDeliveryFailed: deadLetters.addFailedDelivery,
  });
