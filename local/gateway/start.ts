import { join } from 'node:path';
import { readServerless } from '../serverless.ts';
import { type Authorizer, localUser } from './authorizer.ts';
import { bundleFunctions } from './bundle.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type EnvironmentOf, startFunctions } from './pool.ts';

export type FunctionsOptions = {
  /** The project's folder, with serverless.yml. */
  readonly root: string;
  /** Where the bundles go. */
  readonly directory: string;
  readonly environmentOf: EnvironmentOf;
  readonly authorizer?: Authorizer;
  readonly port?: number;
  /** A line that a function logged, or an error of a function or of the gateway. */
  readonly onLog?: (name: string, line: string) => void;
};

/** Starts the functions of serverless.yml and the HTTP API before them. */
export async function startFunctionsAndGateway(options: FunctionsOptions): Promise<Gateway> {
  const { root, directory, environmentOf, authorizer = localUser, port = 0, onLog = () => {} } = options;
  const deployment = await readServerless(join(root, 'serverless.yml'));
  await bundleFunctions(root, deployment, directory);
  const pool = startFunctions(deployment.functions, directory, environmentOf, onLog);
  const gateway = await startGateway({
    port,
    authorizer,
    routes: deployment.functions.flatMap(({ name, routes }) =>
      routes.map((routeKey) => ({ routeKey, target: pool.invoke(name) })),
    ),
    onError: (error) =>
      onLog('gateway', error instanceof Error ? (error.stack ?? error.message) : String(error)),
  }).catch(async (error: unknown) => {
    await pool.stop();
    throw error;
  });
  return {
    url: gateway.url,
    stop: async () => {
      await gateway.stop();
      await pool.stop();
    },
  };
}
