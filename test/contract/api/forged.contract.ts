import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import { pipelineRun } from '../../support/pipeline-run.ts';
import type { Api } from '../support/api.ts';

/** Objects of a space whose status its owner forged, who may write there whatever Kubernetes allows. */
export const forged = (api: () => Api): void => {
  describe('a TaskRun whose status names the pod of another space', () => {
    const SECRET = 'only-for-the-other-space';
    let mine: string;
    let theirs: string;
    let task: string;
    let victim: string;
    const admin = () => api().target.as('admin');
    const readLog = () => api().call('GET', `/v1/spaces/${mine}/tasks/${task}/logs`);

    beforeAll(async () => {
      [mine, theirs] = await Promise.all([api().target.openSpace(), api().target.openSpace()]);
      await Promise.all([mine, theirs].map((space) => api().push(space, 'billing')));
      const [own, other] = await Promise.all([
        api().run(mine, 'billing', { command: 'echo mine' }),
        api().run(theirs, 'billing', { command: `echo ${SECRET}` }),
      ]);
      task = own.name;
      const { body } = await admin().get(objectPath('taskruns', theirs, `${other.name}-task`));
      victim = body.status.podName ?? '';
      await eventually(async () => ((await readLog()).body.log === 'mine\n' ? true : undefined), {
        what: 'the own log',
      });
    });

    it.each([
      ['a path', (pod: string) => `../../${theirs}/pods/${pod}`],
      [
        'a path and a query',
        (pod: string) => `../../${theirs}/pods/${pod}/log?container=step-user-container&timestamps=true#`,
      ],
      ['an encoded path', (pod: string) => `..%2f..%2f${theirs}%2fpods%2f${pod}`],
      ['encoded dots', (pod: string) => `%2e%2e/%2e%2e/${theirs}/pods/${pod}`],
      ['a path from a pod', (pod: string) => `a/../../../${theirs}/pods/${pod}`],
    ])('by %s does not show its log', async (_, podName) => {
      const patched = await admin().mergePatch(objectPath('taskruns', mine, `${task}-task`, 'status'), {
        status: { podName: podName(victim) },
      });
      expect(patched.status).toBe(200);
      expect(patched.body.status.podName).toBe(podName(victim));
      const { status, body } = await readLog();
      expect({ status, log: body.log }).toEqual({ status: 200, log: '' });
    });
  });

  describe('a TaskRun that says by a label or an owner that it is of another task', () => {
    let space: string;
    let task: { readonly name: string };
    let fake: { readonly name: string };
    const admin = () => api().target.as('admin');
    const path = () => `/v1/spaces/${space}/tasks`;
    const seen = async () => {
      const [one, list, log] = await Promise.all([
        api().call('GET', `${path()}/${task.name}`),
        api().call('GET', `${path()}?app=billing`),
        api().call('GET', `${path()}/${task.name}/logs`),
      ]);
      return { task: one.body, listed: list.body.items, log: log.body.log };
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
      // Its TaskRun comes first in a list.
      await Promise.all(['billing', 'a-fake'].map((app) => api().push(space, app)));
      [task, fake] = await Promise.all([
        api().run(space, 'billing', { command: 'echo genuine; exit 7' }),
        api().run(space, 'a-fake', { command: 'echo forged; sleep 2; exit 9' }),
      ]);
      await eventually(async () => ((await seen()).log === 'genuine\n' ? true : undefined), {
        what: 'the log',
      });
    });

    it.each([
      ['by its label', false],
      ['by its label and its owner', true],
    ])('%s forges neither log nor times nor exit code', async (_, owned) => {
      const { body: run } = await admin().get(objectPath('pipelineruns', space, task.name));
      const ownerReferences = [
        { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: task.name, uid: run.metadata.uid },
      ];
      const { status, body } = await admin().mergePatch(objectPath('taskruns', space, `${fake.name}-task`), {
        metadata: { labels: { 'tekton.dev/pipelineRun': task.name }, ...(owned ? { ownerReferences } : {}) },
      });
      expect([status, body.metadata.labels['tekton.dev/pipelineRun']]).toEqual([200, task.name]);
      expect(await seen()).toEqual({ task, listed: [task], log: 'genuine\n' });
    });

    it('whose status names the pod of another task shows no log of it', async () => {
      await admin().mergePatch(objectPath('taskruns', space, `${task.name}-task`, 'status'), {
        status: { podName: `${fake.name}-task-pod` },
      });
      expect((await seen()).log).toBe('');
    });
  });

  describe('a run that kubectl made with the labels and the owner of a task', () => {
    const OCCURRENCE = '2030-01-01T00:00:00Z';
    let space: string;
    const admin = () => api().target.as('admin');
    const create = async (
      name: string,
      annotations: Readonly<Record<string, string>>,
      labels: object = {},
    ) => {
      const { body: owner } = await admin().get(objectPath('apps', space, 'billing'));
      const { metadata, ...rest } = pipelineRun({
        name,
        image: api().target.image,
        status: 'PipelineRunPending',
      });
      const { status, text } = await admin().create(listPath('pipelineruns', space), {
        ...rest,
        metadata: {
          ...metadata,
          labels: {
            'app.kubernetes.io/managed-by': 'taskbridge',
            'app.kubernetes.io/component': 'task',
            'taskbridge.dev/app': 'billing',
            'taskbridge.dev/task-id': name.slice(name.lastIndexOf('-') + 1),
            ...labels,
          },
          annotations,
          ownerReferences: [
            {
              ...{ apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing' },
              uid: owner.metadata.uid,
            },
          ],
        },
      });
      expect({ status, text }).toMatchObject({ status: 201 });
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'billing', { command: 'true' });
    });

    it.each([
      ['that is a time', OCCURRENCE, OCCURRENCE],
      ['that is none', 'tomorrow', undefined],
      ['of the year 10000', '+010000-01-01T00:00:00Z', undefined],
    ])('is shown as unverified, with an occurrence %s', async (what, scheduledTime, expected) => {
      const name = `billing-forged${what.length}`;
      const requestedBy = 'arn:aws:iam::1:user/ceo';
      await create(name, {
        'taskbridge.dev/requested-by': requestedBy,
        'taskbridge.dev/scheduled-time': scheduledTime,
        'taskbridge.dev/requested-at': 'yesterday',
      });
      const { status, body } = await api().call('GET', `/v1/spaces/${space}/tasks/${name}`);
      expect({ status, body }).toMatchObject({ status: 200, body: { requestedBy, unverified: true } });
      expect(body.scheduledTime).toBe(expected);
      const { items } = (await api().call('GET', `/v1/spaces/${space}/tasks`)).body;
      const listed = items.filter((item: { readonly name: string }) => item.name === name);
      expect(listed).toMatchObject([{ requestedBy, unverified: true }]);
      expect(listed[0].scheduledTime).toBe(expected);
    });

    it('takes no name of a task of ours', async () => {
      const key = { 'idempotency-key': 'of-the-test' };
      const run = (body: object) => api().call('POST', `/v1/spaces/${space}/apps/billing/tasks`, body, key);
      const first = await run({ command: 'true' });
      expect([first.status, first.body.unverified]).toEqual([201, undefined]);
      const { name } = first.body;
      const path = objectPath('pipelineruns', space, name);
      const { body } = await admin().get(path);
      await admin().delete(path);
      await eventually(async () => ((await admin().get(path)).status === 404 ? true : undefined), {
        what: 'the end of the task',
      });
      const { 'taskbridge.dev/nonce': _, ...annotations } = body.metadata.annotations;
      await create(name, annotations);
      const second = await run({ command: 'true' });
      expect([second.status, second.body.detail]).toEqual([
        409,
        expect.stringContaining(`"${name}" is taken`),
      ]);
    });

    it('is no build of an app', async () => {
      const labels = { 'app.kubernetes.io/component': 'build', 'taskbridge.dev/build-id': 'x' };
      await create('billing-build-forged', {}, labels);
      expect((await api().call('GET', `/v1/spaces/${space}/apps/billing/builds`)).body.items).toEqual([]);
    });
  });
};
