import type { Deployment } from '../cloudformation/serverless.ts';
import type { FakeClock } from '../fake-clock.ts';
import type { Authorizer } from './authorizer.ts';
import { type GatewayResponse, startGateway } from './gateway.ts';
import { type Invoke, startFunctions } from './pool.ts';
import type { EnvironmentOf } from './sandbox.ts';

export type FunctionsOptions = {
  readonly deployment: Deployment;
  /** Folder of the functions' bundles. */
  readonly bundles: string;
  readonly environmentOf: EnvironmentOf;
  readonly clock: FakeClock;
  readonly authorizer: Authorizer;
  readonly ports?: readonly number[];
  /** Origin of a console that is served elsewhere and may call the API. */
  readonly consoleOrigin?: string;
  readonly onResponse?: (response: GatewayResponse) => void;
  /** Called with each log line of a function, and each error of a function or the gateway. */
  readonly onLog: (name: string, line: string) => void;
};

export type RunningFunctions = {
  readonly url: string;
  /** Throws for a name that is not in serverless.yml. */
  readonly invoke: (name: string) => Invoke;
  stop(): Promise<void>;
};

/** Starts the functions of a deployment behind an HTTP API. */
export async function startFunctionsAndGateway(options: FunctionsOptions): Promise<RunningFunctions> {
  const { deployment, bundles, environmentOf, clock, onLog } = options;
  const { functions } = deployment;
  const pool = startFunctions({ functions, bundles, environmentOf, clock, onLog });
  const gateway = await startGateway({
    ports: options.ports,
    authorizer: options.authorizer,
    onResponse: options.onResponse,
    cors:
      options.consoleOrigin === undefined
        ? undefined
        : { ...deployment.cors, allowedOrigins: [options.consoleOrigin] },
    routes: functions.flatMap(({ name, routes }) =>
      routes.map((routeKey) => ({ routeKey, target: pool.invoke(name) })),
    ),
    onError: (error) => onLog('gateway', formatError(error)),
  }).catch(async (error: unknown) => {
    await pool.stop();
    throw error;
  });
  return {
    url: gateway.url,
    invoke: pool.invoke,
    stop: async () => {
      await gateway.stop();
      await pool.stop();
    },
  };
}

/** Stack or message of an error, for logs. */
export const formatError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
