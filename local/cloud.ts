import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from './embedded-eventbridge.ts';
import type { Authorizer } from './gateway/authorizer.ts';
import { type RunningFunctions, startFunctionsAndGateway, textOf } from './gateway/start.ts';
import { type ClusterAccess, environmentFor, writeTokens } from './identities.ts';
import { type MovedClock, newMovedClock } from './moved-clock.ts';
import { type Deployment, readServerless } from './serverless.ts';
import { functionNameOf, stackEnvironment, stackRules } from './stack.ts';

/** Tokens are good for an hour. */
const NEW_TOKENS_EVERY_MS = 20 * 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type CloudOptions = {
  readonly cluster: ClusterAccess;
  readonly authorizer?: Authorizer;
  readonly port?: number;
  readonly onLog?: (name: string, line: string) => void;
  /** The time of the functions and of EventBridge. Default: the machine's. */
  readonly clock?: MovedClock;
};

/** The HTTP API with its functions and their EventBridge, over a cluster. */
export type Cloud = {
  readonly url: string;
  /** It has the schedules of serverless.yml. No time passes there until its ticker is started or a minute is run. */
  readonly eventBridge: EmbeddedEventBridge;
  readonly clock: MovedClock;
  /** Moves the clock to a minute and fires its rules. Resolves when the functions have answered. Later ones only. */
  runMinute(minute: Date): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the functions, the HTTP API and an EventBridge over a cluster that runs. Its files go when it stops. */
export async function startCloud({ cluster, ...options }: CloudOptions): Promise<Cloud> {
  const { onLog = () => {}, clock = newMovedClock() } = options;
  const { directory, bundles, remove } = await makeFiles(cluster, onLog);
  const deployment = await readServerless(join(root, 'serverless.yml'));
  let functions: RunningFunctions | undefined;
  const eventBridge = await startEventBridge(deployment, { clock, onLog, functions: () => functions });
  functions = await startFunctionsAndGateway({
    ...options,
    root,
    deployment,
    clock,
    onLog,
    directory: bundles,
    environmentOf: environmentFor(cluster, directory, stackEnvironment(deployment, eventBridge.url)),
  });
  const { url, stop } = functions;
  return {
    url,
    eventBridge,
    clock,
    runMinute: async (minute) => {
      clock.moveTo(minute);
      await eventBridge.runMinute(minute);
    },
    stop: async () => {
      await eventBridge.stop();
      await stop();
      await remove();
    },
  };
}

/** A folder with tokens, which are kept fresh, and room for the bundles. */
async function makeFiles(cluster: ClusterAccess, onLog: Surroundings['onLog']) {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-functions-'));
  const bundles = join(directory, 'bundles');
  await mkdir(bundles);
  await writeTokens(cluster, directory);
  const renewal = setInterval(() => {
    writeTokens(cluster, directory).catch((error) => onLog('tokens', String(error)));
  }, NEW_TOKENS_EVERY_MS);
  renewal.unref();
  const remove = async () => {
    clearInterval(renewal);
    await rm(directory, { recursive: true, force: true });
  };
  return { directory, bundles, remove };
}

type Surroundings = {
  readonly clock: MovedClock;
  readonly onLog: (name: string, line: string) => void;
  /** They need the address of EventBridge, so they start after it. */
  readonly functions: () => RunningFunctions | undefined;
};

/** An EventBridge whose targets are the functions. What one of them throws is logged; nothing is called twice for it. */
const startEventBridge = (deployment: Deployment, { clock, onLog, functions }: Surroundings) =>
  startEmbeddedEventBridge({
    now: clock.now,
    rules: stackRules(deployment),
    invoke: async (arn, event) => {
      await functions()?.invoke(functionNameOf(deployment, arn))(event);
    },
    onError: (error, arn) => onLog(arn, textOf(error)),
  });
