import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { Authorizer } from '../../../local/gateway/authorizer.ts';
import { type GatewayResponse, startGateway } from '../../../local/gateway/gateway.ts';
import type { Environment } from './environment.ts';
import { HTTP_FUNCTIONS } from './requests.ts';

/** A request as it goes over the wire, of a caller whose token names one space. */
export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
};

/** Response of a function. `why`: errors that it threw. */
export type RawAnswer = GatewayResponse & { readonly why: readonly string[] };

/** HTTP API over an environment: the gateway of the local cloud, before the functions' code in this process. */
export type Api = {
  /** Sends a request with a token for `space`. */
  send(space: string, request: RawRequest): Promise<RawAnswer>;
  stop(): Promise<void>;
};

/** Claims as API Gateway passes them on. The space is in the token, which nobody has signed. */
const byToken: Authorizer = async () => ({ jwt: { claims: { sub: 'ada' } } });

const tokenFor = (space: string): string =>
  `e30.${Buffer.from(JSON.stringify({ sub: 'ada', spaces: [space] })).toString('base64url')}.c2ln`;

export async function startApi(environment: Environment): Promise<Api> {
  const why: string[] = [];
  const answers: GatewayResponse[] = [];
  const gateway = await startGateway({
    authorizer: byToken,
    routes: Object.entries(HTTP_FUNCTIONS).flatMap(([fn, endpoints]) =>
      Object.keys(endpoints).map((routeKey) => ({
        routeKey,
        target: (event: unknown) => environment.client.answer({ fn, event }),
      })),
    ),
    onError: (error) => why.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    onResponse: (answer) => answers.push(answer),
  });
  const agent = new Agent({ keepAlive: true });
  return {
    send: async (space, request) => {
      await sendTo(gateway.url, agent, {
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${tokenFor(space)}` },
      });
      const [answer, ...more] = answers.splice(0);
      if (answer === undefined || more.length > 0) throw new Error('One request, and not one answer.');
      return { ...answer, why: why.splice(0) };
    },
    stop: async () => {
      agent.destroy();
      await gateway.stop();
    },
  };
}

/** Resolves when the answer has ended. The path is sent as it is: `..` and `%2f` are not touched. */
async function sendTo(url: string, agent: Agent, { method, path, headers, body }: RawRequest): Promise<void> {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const request = httpRequest({ hostname, port, agent, method, path, headers: { ...headers, ...length } });
  const answered = once(request, 'response');
  request.end(body);
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
}
