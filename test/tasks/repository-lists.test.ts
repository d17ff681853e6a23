import { afterAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

const queryOf = (path: string): URLSearchParams => new URL(path, 'http://127.0.0.1').searchParams;

/** A cluster with so many runs, which lists names in parts; the token is where it goes on. */
async function clusterOf(count: number) {
  const server = await startServer(({ path }, response) => {
    const query = queryOf(path);
    const from = Number(query.get('continue') ?? 0);
    const to = Math.min(from + Number(query.get('limit')), count);
    const next = to < count ? { continue: String(to) } : {};
    const rows = Array.from({ length: Math.max(to - from, 0) }, () => ({ cells: ['a-run'], object: null }));
    json(response, 200, { metadata: { resourceVersion: '7', ...next }, columnDefinitions: [], rows });
  });
  servers.push(server);
  return { runs: kubernetesRuns(createClient({ endpoint: server.endpoint, tls: {} })), server };
}

const queriesOf = ({ received }: TestServer) => received.map(({ path }) => queryOf(path));

describe('whether there are more runs than so many', () => {
  it.each([
    [0, 0, false],
    [1, 0, true],
    [500, 500, false],
    [501, 500, true],
    [12_000, 12_000, false],
    [12_001, 12_000, true],
  ])('of %d, more than %d: %s', async (there, count, expected) => {
    const { runs } = await clusterOf(there);
    expect(await runs.countExceeds('team-a', { app: 'billing' }, count)).toBe(expected);
  });

  it('is known from names alone, and from no more of them than it takes', async () => {
    const { runs, server } = await clusterOf(100_000);
    await runs.countExceeds('team-a', { app: 'billing' }, 500);
    await runs.countExceeds('team-a', { app: 'billing' }, 5_500);
    const queries = queriesOf(server);
    expect(queries.map((query) => query.get('limit'))).toEqual(['501', '5000', '501']);
    expect(new Set(queries.map((query) => query.get('includeObject')))).toEqual(new Set(['None']));
    expect(queries[0]?.get('labelSelector')).toBe(
      'app.kubernetes.io/managed-by=taskbridge,app.kubernetes.io/component=task,taskbridge.dev/app=billing',
    );
  });
});

describe('a list of runs', () => {
  it('is asked for again exactly as it was by what its first part was', async () => {
    const { runs, server } = await clusterOf(0);
    const { here } = await runs.list('team-a', {}, { limit: 2 });
    expect((await runs.list('team-a', {}, { limit: 2, after: here })).here).toBe(here);
    expect((await runs.list('team-a', {}, { limit: 2, after: '3' })).here).toBe('3');
    const asked = (name: string) => queriesOf(server).map((query) => query.get(name));
    expect(asked('resourceVersion')).toEqual([null, '7', null]);
    expect(asked('resourceVersionMatch')).toEqual([null, 'Exact', null]);
    expect(asked('continue')).toEqual([null, null, '3']);
  });
});
