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

/** A server that takes requests and never answers; `asked` has their methods. */
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

  it('is answered once a read has failed, with when to come back, and no token in it', async () => {
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
    // A write would be waited for much longer: the budget of a read is below five seconds.
    expect(asked.filter((method) => method !== 'GET')).toEqual([]);
  });
});
