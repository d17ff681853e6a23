import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { BUNDLES } from '../support/bundles.ts';

const REQUESTS = [
  ['run-task', 'POST', '/apps/billing/tasks', { command: 'ls' }],
  ['push', 'PUT', '/apps/billing', { image: 'busybox:1' }],
  ['delete', 'DELETE', '/apps/billing', undefined],
  ['terminate-task', 'POST', '/tasks/billing-x/terminate', undefined],
  ['tasks', 'GET', '/tasks', undefined],
  ['logs', 'GET', '/tasks/billing-x/logs', undefined],
] as const;

/** A server that never responds; `asked` has the methods of its requests. */
const asked: (string | undefined)[] = [];
const silent = createServer(({ method }) => void asked.push(method));
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

  it('yields 503 with Retry-After and without a token, once a read has failed', async () => {
    const answers = await Promise.all(
      REQUESTS.map(async ([verb, method, path, body]) => {
        const response = await fetch(`${cloud.url}/v1/spaces/space-a${path}`, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return {
          verb,
          status: response.status,
          retryAfter: response.headers.get('retry-after'),
          detail: JSON.parse(await response.text()).detail,
        };
      }),
    );
    const detail = `The cluster is out of reach (${why}). Try again.`;
    expect(answers).toEqual(REQUESTS.map(([verb]) => ({ verb, status: 503, retryAfter: '5', detail })));
    // The retry budget of a read is below five seconds, that of a write much longer.
    expect(asked.filter((method) => method !== 'GET')).toEqual([]);
  });
});
