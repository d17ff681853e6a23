import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clusterApi } from '../../support/cluster-api.ts';
import { eventually } from '../../support/eventually.ts';
import { listPath } from '../../support/paths.ts';
import { pipelineRun } from '../../support/pipeline-run.ts';
import { type KeptCluster, SPACE, startKeptCluster } from './kept-cloud.ts';

const MAPS = listPath('configmaps', SPACE);
const RUNS = listPath('pipelineruns', SPACE);

const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more },
  data: { a: '1' },
});
const run = (name: string, more: Partial<Parameters<typeof pipelineRun>[0]> = {}) =>
  pipelineRun({ name, image: 'busybox:1', script: `echo ${name}`, ...more });

let folder: string;
let cluster: KeptCluster;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-kept-'));
  cluster = await startKeptCluster(folder);
});
afterEach(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

const restart = async (): Promise<void> => {
  await cluster.stop();
  cluster = await startKeptCluster(folder);
};

/** As after SIGKILL: nothing of the stop is recorded. */
const crash = async (): Promise<void> => {
  cluster.data.stopRecording();
  await restart();
};

const get = async (path: string) => (await cluster.api.get(path)).body;
const isGone = async (path: string) => (await cluster.api.get(path)).status === 404 || undefined;

describe('objects', () => {
  it('are what they were, by uid and resourceVersion, and new ones come after them', async () => {
    await cluster.api.create(MAPS, configMap('changed'));
    const { body: changed } = await cluster.api.mergePatch(`${MAPS}/changed`, { data: { a: '2' } });
    await cluster.api.create(MAPS, configMap('deleted'));
    await cluster.api.delete(`${MAPS}/deleted`);
    const last = Number((await get(MAPS)).metadata.resourceVersion);
    await crash();
    expect(await get(`${MAPS}/changed`)).toEqual(changed);
    expect(await isGone(`${MAPS}/deleted`)).toBe(true);
    const { body: made } = await cluster.api.create(MAPS, configMap('deleted'));
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(last);
    await cluster.api.mergePatch(`${MAPS}/changed`, { data: { a: '3' } });
    await restart();
    expect(await get(`${MAPS}/changed`)).toMatchObject({
      data: { a: '3' },
      metadata: { uid: changed.metadata.uid },
    });
  });

  it('go on with their generation, and the manifests of cluster/ are applied to them without a change', async () => {
    const app = {
      apiVersion: 'taskbridge.dev/v1alpha1',
      kind: 'App',
      metadata: { name: 'a' },
      spec: { image: 'x' },
    };
    const apps = listPath('apps', SPACE);
    await cluster.api.create(apps, app);
    const { body: before } = await cluster.api.mergePatch(`${apps}/a`, { spec: { image: 'y' } });
    expect(before.metadata.generation).toBe(2);
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    const rolesBefore = (await get(roles)).items;
    await restart();
    expect((await cluster.api.mergePatch(`${apps}/a`, { spec: { image: 'z' } })).body.metadata).toMatchObject(
      {
        uid: before.metadata.uid,
        generation: 3,
      },
    );
    expect((await get(roles)).items).toEqual(rolesBefore);
  });

  it('answer a watch from before the start with 410', async () => {
    const { resourceVersion } = (await get(MAPS)).metadata;
    await cluster.api.create(MAPS, configMap('late'));
    await restart();
    const old = await cluster.api.get(MAPS, { watch: true, resourceVersion });
    expect(old.text + old.status).toContain('410');
  });

  it('whose owner was deleted last are collected', async () => {
    const { body: owner } = await cluster.api.create(MAPS, configMap('owner'));
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
    await cluster.api.create(MAPS, configMap('owned', { ownerReferences }));
    await cluster.api.delete(`${MAPS}/owner`);
    // The collector runs after the answer.
    await crash();
    await eventually(() => isGone(`${MAPS}/owned`), { what: 'the end of owned' });
  });
});

describe('access', () => {
  it('goes on with the kubeconfig and the tokens that there were', async () => {
    const { kubeconfig } = cluster.cluster;
    const accounts = listPath('serviceaccounts', SPACE);
    await cluster.api.create(accounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'guest' },
    });
    const token = cluster.cluster.token({ namespace: SPACE, name: 'guest' });
    await restart();
    expect(cluster.cluster.kubeconfig).toBe(kubeconfig);
    const guest = clusterApi({ ...cluster.cluster.admin, token });
    expect((await guest.get(MAPS)).status).toBe(403);
    guest.close();
  });
});

describe('runs', () => {
  it.each([
    ['stopped', restart],
    ['killed', crash],
  ])('that were running when it was %s have failed as on a lost node, with their logs', async (_, again) => {
    await cluster.api.create(RUNS, run('done'));
    await cluster.api.create(RUNS, run('long', { script: 'echo begun; trap "" TERM; sleep 600' }));
    const done = await cluster.runs.ended('done');
    const pod = await cluster.runs.started('long');
    await eventually(async () => (await cluster.runs.log(pod)).text.includes('begun') || undefined, {
      what: 'its log',
    });
    await again();
    expect(cluster.cluster.lostPods).toBe(1);
    const { status } = await cluster.runs.ended('long');
    expect(status.conditions).toMatchObject([{ status: 'False', reason: 'Failed' }]);
    const taskRun = await cluster.runs.endedTaskRun('long');
    expect(taskRun.status.steps).toMatchObject([{ terminated: { exitCode: 255, reason: 'Unknown' } }]);
    expect(await cluster.runs.output('long')).toBe('begun\n');
    expect(await get(`${RUNS}/done`)).toEqual(done);
    expect(await cluster.runs.output('done')).toBe('done\n');
    await again();
    expect(cluster.cluster.lostPods).toBe(0);
    expect(await cluster.runs.output('long')).toBe('begun\n');
  });

  it('that had not started go on: pending ones wait, those that wait for a Secret start with it', async () => {
    await cluster.api.create(RUNS, run('pending', { status: 'PipelineRunPending' }));
    const mounting = {
      script: 'cat "$KEY"',
      env: [{ name: 'KEY', value: '/bound/key' }],
      mounts: { '/bound': 'later' },
    };
    await cluster.api.create(RUNS, run('mounting', mounting));
    await eventually(async () => (await cluster.runs.taskRun('mounting')).status?.podName || undefined, {
      what: 'its pod',
    });
    await crash();
    expect((await get(`${RUNS}/pending`)).status.conditions).toMatchObject([
      { reason: 'PipelineRunPending' },
    ]);
    await cluster.api.mergePatch(`${RUNS}/pending`, { spec: { status: null } });
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'later' },
      stringData: { key: 'here' },
    };
    await cluster.api.create(listPath('secrets', SPACE), secret);
    expect((await cluster.runs.ended('pending')).status.conditions).toMatchObject([{ status: 'True' }]);
    expect(await cluster.runs.output('mounting')).toBe('here');
  });

  it('leave no files of pods that are gone', async () => {
    await cluster.api.create(RUNS, run('short'));
    await cluster.runs.ended('short');
    const files = async () =>
      (await readdir(join(folder, 'cluster'))).filter((name) => /^[0-9a-f-]{36}$/.test(name));
    const kept = await files();
    expect(kept).toHaveLength(1);
    await cluster.stop();
    // Those of a pod whose removal the end of the process has cut.
    await mkdir(join(folder, 'cluster', randomUUID()));
    cluster = await startKeptCluster(folder);
    expect(await files()).toEqual(kept);
    await cluster.api.delete(`${RUNS}/short`);
    await eventually(async () => (await files()).length === 0 || undefined, {
      what: 'the end of its files',
    });
  });
});
