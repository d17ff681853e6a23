import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { BUNDLES } from '../support/bundles.ts';

/** A request that finds no cluster is answered in less than this, in ms; the design says five seconds. */
const SOON_MS = 5_000;

const REQUESTS = [
  ['run-task', 'POST', '/apps/billing/tasks', { command: 'ls' }],
  ['push', 'PUT', '/apps/billing', { image: 'busybox:1' }],
  ['delete', 'DELETE', '/apps/billing', undefined],
  ['terminate-task', 'POST', '/tasks/billing-x/terminate', undefined],
  ['tasks', 'GET', '/tasks', undefined],
  ['logs', 'GET', '/tasks/billing-x/logs', undefined],
] as const;

/** A server that takes connections and never answers. */
const silent = createServer(() => {});
const urlOf = (server: Server): string => {
  const address = server.address();
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
};

describe.each([
  ['a port where nobody listens', () => 'http://127.0.0.1:1', 'ECONNREFUSED'],
  ['a server that never answers', () => urlOf(silent), 'no answer in time'],
])('a cluster behind %s', (_, endpoint, why) => {
  let cloud: Cloud;

  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cloud = await startCloud({
      bundles: BUNDLES,
      cluster: { endpoint: endpoint(), token: async () => 'secret-token' },
    });
  });

  afterAll(async () => {
    await cloud.stop();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it(
    'is answered soon, with when to come back, and no token in it',
    async () => {
      // Refused before a cluster is asked: what is timed below is no function's load.
      const loaded = REQUESTS.map(([, method, path]) =>
        fetch(`${cloud.url}/v1/spaces/space-a${path}?unknown=1`, { method }),
      );
      expect(new Set((await Promise.all(loaded)).map(({ status }) => status))).toEqual(new Set([422]));

      const answers = await Promise.all(
        REQUESTS.map(async ([verb, method, path, body]) => {
          const begun = performance.now();
          const response = await fetch(`${cloud.url}/v1/spaces/space-a${path}`, {
            method,
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          });
          const text = await response.text();
          return {
            verb,
            status: response.status,
            retryAfter: response.headers.get('retry-after'),
            detail: JSON.parse(text).detail,
            soon: performance.now() - begun < SOON_MS,
          };
        }),
      );
      const detail = `The cluster is out of reach (${why}). Try again.`;
      expect(answers).toEqual(
        REQUESTS.map(([verb]) => ({ verb, status: 503, retryAfter: '5', detail, soon: true })),
      );
    },
    SOON_MS * 2,
  );
});
