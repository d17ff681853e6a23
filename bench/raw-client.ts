import { Agent, type AgentOptions, request } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

/** Requests to the API server that are under way at once. */
const SOCKETS = 24;

/** Sends a body to a path of the API server, as the kubeconfig's own user; rejects for an answer of 400 and more. */
export type RawClient = (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<void>;

/** A client of a few kept connections, with nothing between it and the API. */
export async function rawClient(config: KubeConfig): Promise<RawClient> {
  const tls: AgentOptions = {};
  await config.applyToHTTPSOptions(tls);
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets: SOCKETS });
  const server = config.getCurrentCluster()?.server ?? '';
  return (method, path, body) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      'content-length': Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${server}${path}`, { method, agent, headers }, (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        response.on('end', () =>
          statusCode < 400 ? resolve() : reject(new Error(`${method} ${path}: ${statusCode}`)),
        );
      });
      sent.on('error', reject).end(text);
    });
  };
}
