import { setTimeout as wait } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { kubernetesApps } from '../../../lib/apps/repository.ts';
import { kubernetesSecrets } from '../../../lib/apps/repository-secrets.ts';
import {
  kubernetesParameters,
  kubernetesServiceAccounts,
  kubernetesSpaces,
} from '../../../lib/apps/repository-spaces.ts';
import { kubernetesBuilds } from '../../../lib/builds/repository.ts';
import { eventBus } from '../../../lib/events/bus.ts';
import { serve } from '../../../lib/http/endpoint.ts';
import { kubernetesJobs } from '../../../lib/jobs/repository.ts';
import { newEventBridgeClient } from '../../../lib/platform/aws/eventbridge.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { type Connection, createClient } from '../../../lib/platform/kubernetes/client.ts';
import type { KubernetesRetry } from '../../../lib/platform/kubernetes/errors.ts';
import { embeddedMetrics } from '../../../lib/platform/metrics.ts';
import { eventBridgeRules } from '../../../lib/schedules/repository.ts';
import { kubernetesRunSecrets, kubernetesRuns } from '../../../lib/tasks/repository.ts';
import { kubernetesLogs } from '../../../lib/tasks/repository-logs.ts';
import { functionArn, REGION, STAGE } from '../../../local/account.ts';
import type { Identity } from '../../../local/cloudformation/serverless.ts';
import { ALL_SOURCES, deadLettersArn, serviceBus } from '../../../local/cloudformation/stack.ts';
import { building } from '../../support/building.ts';
import { USER } from '../../support/credentials.ts';
import { NO_END } from '../../support/eventbridge.ts';
import { gatewayEvent } from '../../support/http-event.ts';
import type { AllPorts } from '../../support/memory-ports.ts';
import { EVENT_FUNCTIONS, HTTP_FUNCTIONS, type Request } from './requests.ts';

const SERVICE = 'taskbridge';

export const OWN_BUS = serviceBus(SERVICE);

const STAGE_OF_RULES = {
  ...{ service: SERVICE, stage: STAGE, maxRules: 100 },
  ...{ busName: OWN_BUS, sources: ALL_SOURCES },
};

/** Outcome of a function: `201`, `503`, or for an event `done` or the kind of the error. */
type Answer = {
  /** False for an answer that says what there was no time for, too. */
  readonly ok: boolean;
  readonly what: string;
  /** Text of an error that is no DomainError: a bug. */
  readonly bug?: string | undefined;
};

/** Functions that run in this process, over the real adapters. */
export type Client = {
  /** `mostMs`: all calls to the cluster together end by then. `change`: of this one call's functions. */
  call(
    request: Request,
    options?: { readonly mostMs?: number; readonly change?: (ports: AllPorts) => AllPorts },
  ): Promise<Answer>;
  /** Response of an HTTP function to the gateway. Rejects with the error that it throws. */
  answer(request: Request): Promise<APIGatewayProxyStructuredResultV2>;
  /** Sets the seed of random values from now on. */
  seed(value: number): void;
  stop(): void;
};

type Options = {
  readonly url: string;
  readonly token: (identity: Identity) => string;
  readonly now: () => Date;
  readonly change?: ((ports: AllPorts) => AllPorts) | undefined;
  /** Called with each error of the reconcile that is no DomainError. */
  readonly onError: (why: string) => void;
  /** Called with each line that a function logs. */
  readonly onLog?: (line: string) => void;
  /** Budgets of calls to the cluster; default: those of a deployment. */
  readonly retry?: KubernetesRetry;
};

/** Timeout of fire-job in ms, as in serverless.yml. */
const FIRE_MS = 29_000;
const RECONCILE_MS = 55_000;
const KEEPER = ['push-app', 'delete-app', 'reconcile'];
const READER = ['read', 'upload-source'];

const identityOf = (fn: string): Identity => {
  if (KEEPER.includes(fn)) return 'keeper';
  return READER.includes(fn) ? 'reader' : 'runner';
};

/** Client whose calls all go to one URL. */
export function newClient(given: Options): Client {
  const { url, token, now, onError, onLog = () => {}, change: changeAll = unchanged, retry } = given;
  const connectionOf = (identity: Identity): Connection => {
    const bearer = token(identity);
    return createClient({ endpoint: url, tls: {}, token: async () => bearer, retry });
  };
  const connections = {
    keeper: connectionOf('keeper'),
    runner: connectionOf('runner'),
    reader: connectionOf('reader'),
  };
  const client = newEventBridgeClient({ region: REGION, endpoint: url, credentials: USER });
  const options = {
    ...STAGE_OF_RULES,
    functionArn: functionArn(SERVICE, 'fire-job'),
    eventFunctionArn: functionArn(SERVICE, 'fire-event'),
    deadLettersArn: deadLettersArn(SERVICE),
  };
  const rules = eventBridgeRules({ client, end: NO_END }, options);
  const bus = eventBus({ client, end: NO_END }, STAGE_OF_RULES);
  let state = 1;
  const random = (bytes: number): Uint8Array =>
    Uint8Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 16) & 0xff;
    });
  const portsOver = (connection: Connection): AllPorts => ({
    apps: kubernetesApps(connection),
    jobs: kubernetesJobs(connection),
    ...{ rules, bus },
    stage: STAGE_OF_RULES,
    runs: kubernetesRuns(connection),
    builds: kubernetesBuilds(connection),
    logs: kubernetesLogs(connection),
    secrets: { ...kubernetesSecrets(connection), ...kubernetesRunSecrets(connection) },
    serviceAccounts: kubernetesServiceAccounts(connection),
    parameters: kubernetesParameters(connection),
    spaces: kubernetesSpaces(connection),
    ...{ building, uploads: { sources: building.sources, maxBytes: building.settings.disk } },
    ...{ now, random },
    wait: (ms) => wait(ms),
    metrics: embeddedMetrics('taskbridge-faults', now),
    log: (level, message, fields) => {
      onLog(JSON.stringify({ level, message, ...fields }));
      if (level === 'error' && fields?.why !== undefined) onError(`${message} ${JSON.stringify(fields)}`);
    },
  });

  return {
    call: ({ fn, event }, { mostMs = Number.POSITIVE_INFINITY, change = unchanged } = {}) => {
      const connection = connections[identityOf(fn)];
      const ports = async (withinMs: number) =>
        change(changeAll(portsOver(connection.withDeadline(Math.min(withinMs, mostMs)))));
      const handler = EVENT_FUNCTIONS[fn];
      if (handler !== undefined) {
        const remaining = fn === 'reconcile' ? RECONCILE_MS : FIRE_MS;
        return outcomeOf(() => handler(ports)(event, { getRemainingTimeInMillis: () => remaining }));
      }
      return statusOf(() => serve(ports, HTTP_FUNCTIONS[fn] ?? {})(gatewayEvent(event)));
    },
    answer: ({ fn, event }) =>
      serve(
        async (withinMs) => portsOver(connections[identityOf(fn)].withDeadline(withinMs)),
        HTTP_FUNCTIONS[fn] ?? {},
      )(gatewayEvent(event)),
    seed: (value) => {
      state = value;
    },
    stop: () => client.destroy(),
  };
}

const unchanged = (ports: AllPorts): AllPorts => ports;

/** Body of `backfill` and of `cancel-backfill` when there was no time for some runs. */
const LEAVES_A_REST = /"outcome":"remaining"|"remaining":[1-9]/;

async function statusOf(call: () => Promise<APIGatewayProxyStructuredResultV2>): Promise<Answer> {
  try {
    const { statusCode = 500, body = '' } = await call();
    return { ok: statusCode < 300 && !LEAVES_A_REST.test(body), what: String(statusCode) };
  } catch (error) {
    return { ok: false, what: '500', bug: wordsOf(error) };
  }
}

async function outcomeOf(call: () => Promise<unknown>): Promise<Answer> {
  try {
    await call();
    return { ok: true, what: 'done' };
  } catch (error) {
    if (error instanceof DomainError) return { ok: false, what: error.kind };
    return { ok: false, what: 'threw', bug: wordsOf(error) };
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
