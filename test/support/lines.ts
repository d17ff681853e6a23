import { CORE, type Connection, createClient } from '../../lib/platform/kubernetes/client.ts';
import { DEFAULT_RETRY, type KubernetesRetry } from '../../lib/platform/kubernetes/errors.ts';
import { ApiPath } from '../../lib/platform/kubernetes/requests.ts';
import { json, type Respond, startServer, type TestServer } from './test-server.ts';

export const TOKEN = 'k8s-aws-v1.secret-of-the-test';
export const PATH = '/api/v1/namespaces/team-a/secrets/orders';

const ORDERS = { ...CORE, plural: 'secrets', namespace: 'team-a', name: 'orders' };

/** A request for {@link PATH}. */
type Call = { readonly method: string; send(connection: Connection): Promise<unknown> };

export const read: Call = {
  method: 'GET',
  send: ({ custom }) => custom.getNamespacedCustomObject(ORDERS),
};
/** Opens {@link PATH} as a stream. */
export const open = ({ stream }: Connection) => stream(ApiPath.of(ORDERS), new URLSearchParams());

export const write: Call = {
  method: 'PUT',
  send: ({ custom }) => custom.replaceNamespacedCustomObject({ ...ORDERS, body: { a: 1 } }),
};

type LineOptions = {
  readonly token?: (fresh: boolean) => Promise<string>;
  readonly retry?: KubernetesRetry;
  readonly maxPageBytes?: number;
};

/** Time of all attempts, in ms, that no busy machine needs: a test of budgets hands in its own. */
const PLENTY_MS = 120_000;
const PATIENT: KubernetesRetry = {
  ...DEFAULT_RETRY,
  read: { ...DEFAULT_RETRY.read, totalMs: PLENTY_MS, attemptMs: PLENTY_MS },
  write: { ...DEFAULT_RETRY.write, totalMs: PLENTY_MS, attemptMs: PLENTY_MS },
};

/** Connections to servers that answer as a test says. */
export type Lines = {
  to(respond: Respond, options?: LineOptions): Promise<Connection>;
  /** The server of the last connection. */
  server(): TestServer;
  close(): Promise<void>;
};

export function lines(): Lines {
  const servers: TestServer[] = [];
  const server = (): TestServer => {
    const last = servers.at(-1);
    if (last === undefined) throw new Error('No server was started.');
    return last;
  };
  return {
    to: async (respond, { token = async () => TOKEN, retry = PATIENT, maxPageBytes } = {}) => {
      servers.push(await startServer(respond));
      return createClient({ endpoint: server().endpoint, tls: {}, token, retry, maxPageBytes });
    },
    server,
    close: async () => {
      await Promise.all(servers.map(({ close }) => close()));
    },
  };
}

/** The error that a call ends in. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new TypeError('The call did not fail with an error.');
}

export const ok: Respond = (_, response) => json(response, 200, { fine: true });
export const busy =
  (status: number, headers = {}): Respond =>
  (_, response) =>
    json(response, status, { kind: 'Status', message: 'too busy for now' }, headers);
export const reset: Respond = (_, response) => response.destroy();
export const half: Respond = (_, response) => {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('{"fine"', () => response.destroy());
};
export const silent: Respond = () => {};
