import { afterAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

const queryOf = (path: string): URLSearchParams => new URL(path, 'http://127.0.0.1').searchParams;

/** Cluster with so many runs that lists names in pages; the token is the position of the next. */
async function clusterOf(count: number, rowOf: () => object = () => ({ cells: ['a-run'], object: null })) {
  const server = await startServer(({ path }, response) => {
    const query = queryOf(path);
    const from = Number(query.get('continue') ?? 0);
    const to = Math.min(from + Number(query.get('limit')), count);
    const next = to < count ? { continue: String(to) } : {};
    const rows = Array.from({ length: Math.max(to - from, 0) }, rowOf);
    json(response, 200, { metadata: { resourceVersion: '7', ...next }, columnDefinitions: [], rows });
  });
  servers.push(server);
  return {
    runs: kubernetesRuns(createClient({ endpoint: server.endpoint, tls: {}, maxPageBytes: 50_000 })),
    server,
  };
}

const queriesOf = ({ received }: TestServer) => received.map(({ path }) => queryOf(path));

describe('runCountExceeds', () => {
  it.each([
    [0, 0, false],
    [1, 0, true],
    [500, 500, false],
    [501, 500, true],
    [12_000, 12_000, false],
    [12_001, 12_000, true],
  ])('of %d runs and a limit of %d: %s', async (there, count, expected) => {
    const { runs } = await clusterOf(there);
    expect(await runs.countExceeds('team-a', { app: 'billing' }, count)).toBe(expected);
  });

  it('reads names only, and no more of them than needed', async () => {
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
  it('is listed again exactly as it was by the token of its first page', async () => {
    const { runs, server } = await clusterOf(0);
    const { here } = await runs.list('team-a', {}, { limit: 2 });
    expect((await runs.list('team-a', {}, { limit: 2, after: here })).here).toBe(here);
    expect((await runs.list('team-a', {}, { limit: 2, after: '3' })).here).toBe('2~3');
    const asked = (name: string) => queriesOf(server).map((query) => query.get(name));
    expect(asked('resourceVersion')).toEqual([null, '7', null]);
    expect(asked('resourceVersionMatch')).toEqual([null, 'Exact', null]);
    expect(asked('continue')).toEqual([null, null, '3']);
  });

  /** Row of a run that is not listed, with annotations of so many bytes. */
  const large = (bytes: number) => ({
    cells: [],
    object: {
      metadata: {
        ...{ name: 'a', namespace: 'team-a', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
        annotations: { text: 'x'.repeat(bytes) },
      },
    },
  });

  it('that is too large has a smaller page, which has as many rows when it is listed again', async () => {
    let bytes = 2_500;
    const { runs, server } = await clusterOf(60, () => large(bytes));
    const { here, next } = await runs.list('team-a', {}, { limit: 60 });
    expect([here, next]).toEqual(['15~@7', '15']);
    // Rows that would be one page now.
    bytes = 10;
    expect(await runs.list('team-a', {}, { limit: 60, after: here })).toEqual({ here, next, items: [] });
    expect(queriesOf(server).map((query) => query.get('limit'))).toEqual(['60', '15', '15']);
  });

  it('that has become too large to be listed again as it was is gone', async () => {
    let bytes = 10;
    const { runs, server } = await clusterOf(60, () => large(bytes));
    const { here } = await runs.list('team-a', {}, { limit: 50 });
    bytes = 2_500;
    await expect(runs.list('team-a', {}, { limit: 50, after: here })).rejects.toMatchObject({ kind: 'gone' });
    expect(queriesOf(server).map((query) => query.get('limit'))).toEqual(['50', '50']);
  });

  it.each([
    ['9999~@7', '500'],
    ['0~@7', '500'],
    ['-1~x', '500'],
    ['10000~x', '500'],
  ])('by a token that nobody gave out, %s, is no larger than requested', async (after, limit) => {
    const { runs, server } = await clusterOf(0);
    await runs.list('team-a', {}, { limit: 500, after });
    expect(queriesOf(server).map((query) => query.get('limit'))).toEqual([limit]);
  });
});
