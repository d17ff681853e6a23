import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../local/cluster/embedded.ts';
import { type ClusterApi, clusterApi } from '../../support/cluster-api.ts';
import { eventually } from '../../support/eventually.ts';
import { listPath, NAMESPACES, objectPath } from '../../support/paths.ts';
import { pipelineRun } from '../../support/pipeline-run.ts';
import { runsOf } from '../../support/runs.ts';
import { embeddedCluster } from '../embedded-cluster.ts';
import { isAlive } from '../processes.ts';

const SPACE = 'default';
const RUNS = listPath('pipelineruns', SPACE);

let cluster: EmbeddedCluster;
let admin: ClusterApi;

const started = embeddedCluster();
beforeAll(() => {
  ({ cluster, admin } = started());
});

const runs = () => runsOf(admin, SPACE);
const run = (name: string, order: Partial<Parameters<typeof pipelineRun>[0]>) =>
  admin.create(RUNS, pipelineRun({ name, image: 'busybox:1', ...order }));

const gone = (path: string) =>
  eventually(async () => ((await admin.get(path)).status === 404 ? true : undefined), {
    what: `the end of ${path}`,
  });

describe('authentication and authorization', () => {
  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['a user who claims to be another', { 'impersonate-user': 'admin' }],
  ])('rejects %s', async (_, headers) => {
    const answer = await admin.send('POST', RUNS, { body: pipelineRun({ name: 'x', image: 'x' }), headers });
    expect(answer).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden' } });
    expect((await admin.get(`${RUNS}/x`)).status).toBe(404);
  });

  it('admits a service account with its permissions, while it exists', async () => {
    const accounts = listPath('serviceaccounts', SPACE);
    await admin.create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'guest' } });
    const guest = clusterApi({
      ...cluster.admin,
      token: cluster.token({ namespace: SPACE, name: 'guest' }),
    });
    const refused = await guest.get(RUNS);
    expect(refused).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
    expect(refused.body.message).toContain('User "system:serviceaccount:default:guest" cannot list');
    await admin.delete(`${accounts}/guest`);
    expect(await guest.get(RUNS)).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
    guest.close();
  });

  it.each([
    ['no token', undefined],
    ['a token that it did not issue', 'x'],
  ])('rejects %s', async (_, token) => {
    const stranger = clusterApi({ ...cluster.admin, token });
    for (const path of [RUNS, '/api', '/version'])
      expect(await stranger.get(path)).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
    stranger.close();
  });

  it('issues no token for a missing account', () => {
    expect(() => cluster.token({ namespace: SPACE, name: 'nobody' })).toThrow('"nobody" not found');
  });
});

describe('deletion', () => {
  it('in the foreground waits for dependents', async () => {
    await run('foreground', { script: 'exec sleep 600' });
    const pod = await runs().started('foreground');
    await admin.delete(`${RUNS}/foreground`, { propagationPolicy: 'Foreground' });
    await gone(`${RUNS}/foreground`);
    expect((await admin.get(objectPath('pods', SPACE, pod))).status).toBe(404);
  });

  it('rejects orphaning', async () => {
    await run('kept', { status: 'PipelineRunPending' });
    const answer = await admin.delete(`${RUNS}/kept`, { propagationPolicy: 'Orphan' });
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    expect((await admin.get(`${RUNS}/kept`)).status).toBe(200);
  });

  it('of a namespace stops its tasks', async () => {
    await admin.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } });
    await eventually(
      async () =>
        (await admin.get(objectPath('serviceaccounts', 'doomed', 'default'))).status === 200 || undefined,
      { what: 'its service account' },
    );
    await admin.create(
      listPath('pipelineruns', 'doomed'),
      pipelineRun({ name: 'last', image: 'x', script: 'echo $$$$; exec sleep 600' }),
    );
    const doomed = runsOf(admin, 'doomed');
    const pod = await doomed.started('last');
    const pid = await eventually(async () => Number((await doomed.log(pod)).text) || undefined, {
      what: 'its process id',
    });
    await admin.delete(`${NAMESPACES}/doomed`);
    await gone(`${NAMESPACES}/doomed`);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('stop', () => {
  it('stops every process and leaves no files', async () => {
    const place = await mkdtemp(join(tmpdir(), 'embedded-cluster-stop-'));
    const other = await startEmbeddedCluster({ directory: place });
    const api = clusterApi(other.admin);
    let pid = 0;
    try {
      await api.create(RUNS, pipelineRun({ name: 'long', image: 'x', script: 'echo $$$$; exec sleep 600' }));
      const pod = await runsOf(api, SPACE).started('long');
      const output = async () => Number((await runsOf(api, SPACE).log(pod)).text) || undefined;
      pid = await eventually(output, { what: 'its process id' });
    } finally {
      api.close();
      await other.stop();
    }
    expect(isAlive(pid)).toBe(false);
    expect(await readdir(place)).toEqual([]);
    await rm(place, { recursive: true });
  });
});
