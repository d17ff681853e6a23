import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY, type KubernetesRetry } from '../../lib/platform/kubernetes/errors.ts';
import { newClient } from '../faults/harness/client.ts';
import { http } from '../faults/harness/requests.ts';
import { virtualClock } from '../support/fake-clock.ts';
import { listen, NOBODY } from '../support/listen.ts';

const REQUESTS = [
  ['run-task', http('POST /apps/billing/tasks', { body: { command: 'ls' } })],
  ['push', http('PUT /apps/billing', { body: { image: 'busybox:1' } })],
  ['delete', http('DELETE /apps/billing')],
  ['terminate-task', http('POST /tasks/billing-x/terminate')],
  ['tasks', http('GET /tasks')],
  ['logs', http('GET /tasks/billing-x/logs')],
] as const;

/** A server that never responds; `asked` has the methods of its requests. */
const asked: (string | undefined)[] = [];
const silent = createServer(({ method }) => void asked.push(method));
let port = 0;

beforeAll(async () => {
  port = await listen(silent);
});

afterAll(async () => {
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

/** The budgets of a deployment; waits take no time, and an attempt of a read as long as is said. */
const retryWith = (attemptMs: number): KubernetesRetry => ({
  ...{ read: { ...DEFAULT_RETRY.read, attemptMs }, list: { ...DEFAULT_RETRY.list, attemptMs } },
  ...{ write: DEFAULT_RETRY.write, clock: virtualClock() },
});

describe.each([
  ['a port where nobody listens', () => NOBODY, 10_000, 'ECONNREFUSED'],
  ['a server that never answers', () => `http://127.0.0.1:${port}`, 20, 'no answer in time'],
])('a cluster behind %s', (_, endpoint, attemptMs, why) => {
  it.each(REQUESTS)(
    'yields 503 with Retry-After and without a token, once a read has failed: %s',
    async (_verb, request) => {
      const client = newClient({
        ...{ url: endpoint(), token: () => 'secret-token', now: () => new Date(), onError: () => {} },
        retry: retryWith(attemptMs),
      });
      const { statusCode, headers, body } = await client.answer(request);
      client.stop();
      expect({ statusCode, headers }).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
      expect(JSON.parse(body ?? '').detail).toBe(`The cluster is out of reach (${why}). Try again.`);
      expect(asked.filter((method) => method !== 'GET')).toEqual([]);
    },
  );
});

it('is asked before a write, by every request', () => {
  expect(asked.length).toBeGreaterThanOrEqual(REQUESTS.length);
});
