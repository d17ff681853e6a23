import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ClusterApi } from '../support/cluster-api.ts';
import { eventually } from '../support/eventually.ts';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import { embeddedCluster } from './embedded-cluster.ts';
import { death, isAlive } from './processes.ts';

const SPACE = 'default';
const RUNS = listPath('pipelineruns', SPACE);
const PODS = listPath('pods', SPACE);

let directory = '';
let admin: ClusterApi;

const started = embeddedCluster();
beforeAll(() => {
  ({ directory, admin } = started());
});

const runs = () => runsOf(admin, SPACE);
const run = (name: string, order: Partial<Parameters<typeof pipelineRun>[0]>) =>
  admin.create(RUNS, pipelineRun({ name, image: 'busybox:1', ...order }));

const firstLine = (pod: string) =>
  eventually(async () => (await runs().log(pod)).text.split('\n')[0] || undefined, {
    what: `a line of ${pod}`,
  });

const gone = (path: string) =>
  eventually(async () => ((await admin.get(path)).status === 404 ? true : undefined), {
    what: `the end of ${path}`,
  });

describe('a task', () => {
  it('sees its declared environment, and of this machine only PATH', async () => {
    await run('sees', { script: 'env', env: [{ name: 'OWN', value: 'yes' }] });
    const names = (await runs().output('sees')).split('\n').map((line) => line.split('=')[0]);
    const shell = ['_', 'PWD', 'OLDPWD', 'SHLVL'];
    expect(names.filter((name) => name !== '' && !shell.includes(name ?? '')).sort()).toEqual([
      'HOME',
      'HOSTNAME',
      'OWN',
      'PATH',
    ]);
  });

  it('has its own working directory, which is removed with its pod', async () => {
    await run('writes', { script: 'echo data > file; pwd' });
    const place = (await runs().output('writes')).trim();
    expect(place.startsWith(directory)).toBe(true);
    expect(await readdir(place)).toEqual(['file']);
    await admin.delete(`${RUNS}/writes`);
    await gone(`${PODS}/writes-task-pod`);
    await eventually(
      async () => (await readdir(directory)).every((uid) => !place.includes(uid)) || undefined,
      { what: 'the end of its files' },
    );
  });

  it('runs with the launcher of a buildpack image', async () => {
    await run('launched', { command: ['/cnb/lifecycle/launcher'], args: ['echo $((1 + 2)) "$0"'] });
    expect(await runs().output('launched')).toMatch(/^3 /);
  });

  it('is stopped with all its children when its run is deleted', async () => {
    await run('family', { script: 'sleep 600 & echo $!; wait' });
    const child = Number(await firstLine(await runs().started('family')));
    await admin.delete(`${RUNS}/family`);
    await gone(`${PODS}/family-task-pod`);
    await death(child);
  });

  it('is killed after the grace period of its pod if it ignores SIGTERM', async () => {
    await run('stubborn', { script: 'trap "" TERM; echo $$$$; while :; do sleep 0.1; done' });
    const pod = await runs().started('stubborn');
    const pid = Number(await firstLine(pod));
    await admin.mergePatch(`${RUNS}/stubborn`, { spec: { status: 'Cancelled' } });
    await runs().ended('stubborn');
    expect(isAlive(pid)).toBe(true);
    await admin.delete(`${PODS}/${pod}`, { gracePeriodSeconds: 0 });
    await death(pid);
  });

  it('runs a second time if its pod is deleted without grace, as with Tekton', async () => {
    await run('twice', { script: 'echo up; exec sleep 600' });
    const pod = await runs().started('twice');
    const { metadata } = (await admin.get(`${PODS}/${pod}`)).body;
    await admin.delete(`${PODS}/${pod}`, { gracePeriodSeconds: 0 });
    await eventually(
      async () => {
        const { status, body } = await admin.get(`${PODS}/${pod}`);
        return status === 200 && body.metadata.uid !== metadata.uid ? true : undefined;
      },
      { what: 'a second pod' },
    );
    await admin.delete(`${RUNS}/twice`);
  });

  it.each([
    ['a volume that is not there', { volumeMounts: [{ name: 'x', mountPath: '/x' }] }, 'Not found: "x"'],
  ])('with %s gets no pod', async (_, step, message) => {
    const order = pipelineRun({ name: 'mountless', image: 'x' });
    const [task] = order.spec.pipelineSpec.tasks;
    Object.assign(task?.taskSpec.steps[0] ?? {}, step);
    await admin.create(RUNS, order);
    const { status } = await runs().endedTaskRun('mountless');
    expect(status.conditions).toMatchObject([
      { reason: 'PodCreationFailed', message: expect.stringContaining(message) },
    ]);
  });

  it('has a log that can be followed until it ends', async () => {
    await run('followed', { script: 'echo one; sleep 0.3; echo two' });
    const pod = await runs().started('followed');
    expect((await runs().log(pod, { follow: true })).text).toBe('one\ntwo\n');
  });
});
