import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionArn } from './account.ts';
import { type Deployment, readServerless } from './cloudformation/serverless.ts';
import { functionNameOf, ownBus, retriesOf, stackEnvironment, stackRules } from './cloudformation/stack.ts';
import { type ClusterAccess, environmentFor, writeTokens } from './cluster/access.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from './eventbridge/start.ts';
import { type FakeClock, newMovedClock } from './fake-clock.ts';
import type { Authorizer } from './gateway/authorizer.ts';
import { bundleFunctions } from './gateway/bundle.ts';
import type { GatewayAnswer } from './gateway/gateway.ts';
import { type RunningFunctions, startFunctionsAndGateway, textOf } from './gateway/start.ts';
import { type StackRights, stackRights } from './iam/stack-rights.ts';
import { readStackTemplate } from './iam/stack-template.ts';
import { buildEnvironment } from './lifecycle/builds.ts';
import { type EmbeddedS3, type S3Settings, startEmbeddedS3 } from './s3/start.ts';
import { type DeadLetters, startDeadLetters } from './sqs/dead-letters.ts';

/** Tokens are good for an hour. */
const NEW_TOKENS_EVERY_MS = 20 * 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type CloudOptions = {
  readonly cluster: ClusterAccess;
  readonly authorizer?: Authorizer;
  /** Folder of the functions' bundles; absent: they are made. */
  readonly bundles?: string;
  readonly port?: number;
  /** Where a console of another origin is, as the setting `consoleOrigin` of a stage. */
  readonly consoleOrigin?: string;
  readonly onLog?: (name: string, line: string) => void;
  /** Told of every answer of the HTTP API. */
  readonly onAnswer?: (answer: GatewayAnswer) => void;
  /** The time of the functions and of EventBridge. Default: the machine's. */
  readonly clock?: FakeClock;
};

/** The HTTP API with its functions and their EventBridge, over a cluster. */
export type Cloud = {
  readonly url: string;
  /** It has the schedules of serverless.yml. No time passes there until its ticker is started or a minute is run. */
  readonly eventBridge: EmbeddedEventBridge;
  readonly clock: FakeClock;
  /** What asynchronous functions could not do. */
  readonly deadLetters: DeadLetters;
  /** Moves the clock to a minute and fires its rules. Resolves when the functions have answered. Later ones only. */
  runMinute(minute: Date): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the functions, the HTTP API and an EventBridge over a cluster that runs. What it wrote and started goes when
 * it stops, or when it does not start.
 */
export async function startCloud({ cluster, ...options }: CloudOptions): Promise<Cloud> {
  const { onLog = () => {}, clock = newMovedClock() } = options;
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'taskbridge-functions-'));
    ends.push(() => rm(directory, { recursive: true, force: true }));
    ends.push(await keepTokens(cluster, directory, onLog));
    const deployment = await readServerless(join(root, 'serverless.yml'));
    const bundles = options.bundles ?? (await bundleInto(directory, deployment));
    let functions: RunningFunctions | undefined;
    const rights = stackRights(deployment, await readStackTemplate(root));
    const deadLetters = await startDeadLetters({
      ...{ deployment, rights, now: clock.now, onLost: onLog },
      call: (name, event) => void eventBridge.call(functionArn(deployment.service, name), event),
    });
    ends.push(deadLetters.stop);
    const eventBridge: EmbeddedEventBridge = await startEventBridge(deployment, rights, {
      ...{ clock, onLog, deadLetters },
      functions: () => functions,
    });
    ends.push(() => eventBridge.stop());
    const s3 = await startSources(cluster, directory, { rights, now: clock.now });
    ends.push(s3.stop);
    const environmentOf = environmentFor(cluster, directory, {
      ...stackEnvironment(deployment, eventBridge.url),
      ...buildEnvironment(cluster.builds, s3.url),
    });
    functions = await startFunctionsAndGateway({
      ...options,
      deployment,
      clock,
      onLog,
      bundles,
      environmentOf,
    });
    ends.push(functions.stop);
    const runMinute = (minute: Date): Promise<void> => {
      clock.moveTo(minute);
      return eventBridge.runMinute(minute);
    };
    return { url: functions.url, eventBridge, clock, deadLetters, runMinute, stop };
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

/** The store of sources, where the cluster's pods reach it. */
async function startSources(
  { builds }: ClusterAccess,
  directory: string,
  account: Pick<S3Settings, 'rights' | 'now'>,
): Promise<EmbeddedS3> {
  const sources = join(directory, 'sources');
  await mkdir(sources);
  return startEmbeddedS3({ ...account, directory: sources, host: builds?.host });
}

/** Writes tokens into a folder and keeps them fresh, until it is told to end. */
async function keepTokens(
  cluster: ClusterAccess,
  directory: string,
  onLog: Environment['onLog'],
): Promise<() => Promise<void>> {
  await writeTokens(cluster, directory);
  const renewal = setInterval(() => {
    writeTokens(cluster, directory).catch((error) => onLog('tokens', String(error)));
  }, NEW_TOKENS_EVERY_MS);
  renewal.unref();
  return async () => clearInterval(renewal);
}

type Environment = {
  readonly clock: FakeClock;
  readonly onLog: (name: string, line: string) => void;
  readonly deadLetters: DeadLetters;
  /** They need the address of EventBridge, so they start after it. */
  readonly functions: () => RunningFunctions | undefined;
};

/** An EventBridge whose targets are the functions. What one of them throws is logged, and tried again as Lambda does. */
const startEventBridge = (
  deployment: Deployment,
  rights: StackRights,
  { clock, onLog, deadLetters, functions }: Environment,
) =>
  startEmbeddedEventBridge({
    rights,
    now: clock.now,
    buses: [ownBus(deployment.service)],
    rules: stackRules(deployment),
    invoke: async (arn, event) => {
      await functions()?.invoke(functionNameOf(deployment, arn))(event);
    },
    onError: (error, arn) => onLog(arn, textOf(error)),
    retriesOf: (arn) => retriesOf(deployment, arn),
    onRetriesExhausted: deadLetters.take,
    onUndelivered: deadLetters.takeUndelivered,
  });
