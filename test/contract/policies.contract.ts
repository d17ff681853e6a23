import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { type PipelineRun, toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import type { Answer } from '../support/cluster-api.ts';
import { app } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { REFUSED, withStep, withTemplate } from './support/refused-runs.ts';
import type { Target } from './support/target.ts';

const NOW = new Date('2026-11-24T21:00:00.250Z');

/** Admission policies of cluster/policies/, beyond the roles. The embedded cluster evaluates no CEL. */
export const policies = (target: () => Target) =>
  describe('the policies', () => {
    let space = '';
    let uid = '';
    const runner = () => target().as('runner');
    const admin = () => target().as('admin');
    const runs = () => listPath('pipelineruns', space);
    const order = (id: string, serviceAccountName?: string, spec: Partial<AppSpec> = {}): PipelineRun =>
      toPipelineRun({
        app: {
          space,
          name: 'billing',
          uid,
          createdAt: '',
          pushes: [],
          spec: {
            image: target().image,
            ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
            ...spec,
          },
        },
        id,
        command: 'true',
        queued: true,
        requestedBy: 'ada',
        requestedAt: NOW,
        nonce: id,
      });
    const refusal = ({ status, body }: Answer) => ({ status, message: body.message });

    beforeAll(async () => {
      space = await target().openSpace();
      ({ uid } = (await admin().create(listPath('apps', space), app('billing'))).body.metadata);
      const label = { 'taskbridge.dev/task-service-account': 'true' };
      for (const [name, labels] of [
        ['deployer', {}],
        ['tasks', label],
      ] as const)
        await admin().create(listPath('serviceaccounts', space), { metadata: { name, labels } });
      // A policy that was just applied, and its parameters, take a moment to be known.
      const foreign = withTemplate(order('early'), { serviceAccountName: 'deployer' });
      const marked = { name: 'marked', image: target().image, annotations: { 'taskbridge.dev/nonce': 'x' } };
      await eventually(
        async () => {
          const tried = [
            await runner().create(`${runs()}?dryRun=All`, foreign),
            await admin().create(`${runs()}?dryRun=All`, pipelineRun(marked)),
          ];
          return tried.every(({ status }) => status === 422) ? true : undefined;
        },
        { what: 'the policies at work' },
      );
    });

    it.each([
      ['runs as default, without its token', undefined],
      ['runs as a service account with the label', 'tasks'],
    ])('let the runner create a task that %s', async (_, account) => {
      const { status, text } = await runner().create(runs(), order(account ?? 'plain', account));
      expect({ status, text }).toMatchObject({ status: 201 });
    });

    it.each([
      ['shell', {}],
      ['launcher', { entrypoint: ['/cnb/lifecycle/launcher'] }],
    ])('let the runner create a task by the %s whose files are copied', async (name, spec) => {
      const run = order(`copied-${name}`, undefined, { workspace: 'copy', ...spec });
      const { status, text } = await runner().create(runs(), run);
      expect({ status, text }).toMatchObject({ status: 201 });
    });

    it.each(REFUSED)('refuse the runner a run %s', async (_, change, words) => {
      const answer = await runner().create(runs(), change(order('stolen')));
      expect(refusal(answer)).toEqual({ status: 422, message: expect.stringContaining(words) });
    });

    it('refuse the runner a foreign service account in the older version of the API', async () => {
      const run = withStep(order('older'), { computeResources: undefined });
      const older = {
        ...run,
        apiVersion: 'tekton.dev/v1beta1',
        spec: {
          ...run.spec,
          taskRunTemplate: undefined,
          serviceAccountName: 'deployer',
          podTemplate: run.spec.taskRunTemplate.podTemplate,
        },
      };
      const answer = await runner().create(runs().replace('/v1/', '/v1beta1/'), older);
      expect(refusal(answer)).toEqual({ status: 422, message: expect.stringContaining('"deployer"') });
    });

    it('leave others the runs without the mark: a person may create any that the roles allow', async () => {
      const run = pipelineRun({ name: 'of-a-person', image: target().image, status: 'PipelineRunPending' });
      expect((await admin().create(runs(), run)).status).toBe(201);
    });

    it.each([
      ['create a run with the mark of Taskbridge', { 'taskbridge.dev/nonce': 'forged' }],
      [
        'create one with the mark and a caller',
        { 'taskbridge.dev/nonce': '', 'taskbridge.dev/requested-by': 'ada' },
      ],
    ])('let nobody else %s', async (_, annotations) => {
      const run = pipelineRun({
        name: 'marked',
        image: target().image,
        status: 'PipelineRunPending',
        annotations,
      });
      expect(refusal(await admin().create(runs(), run))).toEqual({
        status: 422,
        message: expect.stringContaining('taskbridge.dev/nonce marks the runs that Taskbridge creates'),
      });
    });

    it.each([
      ['change its caller', { annotations: { 'taskbridge.dev/requested-by': 'ceo' } }, 'annotations'],
      [
        'add an occurrence',
        { annotations: { 'taskbridge.dev/scheduled-time': '2030-01-01T00:00:00Z' } },
        'annotations',
      ],
      ['take its mark', { annotations: { 'taskbridge.dev/nonce': null } }, 'annotations'],
      ['give it to another app', { labels: { 'taskbridge.dev/app': 'mail' } }, 'labels'],
    ])('let nobody else %s, of a run with the mark', async (_, metadata, what) => {
      // Made by whichever of these comes first.
      await runner().create(runs(), order('marked'));
      const path = objectPath('pipelineruns', space, 'billing-marked');
      expect(refusal(await admin().mergePatch(path, { metadata }))).toEqual({
        status: 422,
        message: expect.stringContaining(`the ${what}`),
      });
    });

    it('let others change the rest of a run with the mark, and mark none that has none', async () => {
      await runner().create(runs(), order('kept'));
      const path = objectPath('pipelineruns', space, 'billing-kept');
      const noted = {
        annotations: { 'example.org/note': 'seen' },
        labels: { 'taskbridge.dev/reported': 'true' },
      };
      expect((await admin().mergePatch(path, { metadata: noted })).status).toBe(200);
      await admin().create(
        runs(),
        pipelineRun({ name: 'unmarked', image: target().image, status: 'PipelineRunPending' }),
      );
      const unmarked = objectPath('pipelineruns', space, 'unmarked');
      const marking = { metadata: { annotations: { 'taskbridge.dev/nonce': 'forged' } } };
      expect((await admin().mergePatch(unmarked, marking)).status).toBe(422);
      expect((await admin().delete(path)).status).toBe(200);
    });

    it('keep the functions from runs that are not theirs', async () => {
      const run = pipelineRun({ name: 'theirs', image: target().image, status: 'PipelineRunPending' });
      await admin().create(runs(), run);
      const path = objectPath('pipelineruns', space, 'theirs');
      const answers = [
        await runner().mergePatch(path, { spec: { status: 'Cancelled' } }),
        await runner().mergePatch(path, {
          metadata: { labels: { 'app.kubernetes.io/managed-by': 'taskbridge' } },
        }),
        await target().as('keeper').delete(path),
      ];
      expect(answers.map(refusal)).toEqual(
        answers.map(() => ({ status: 422, message: expect.stringContaining('not one of Taskbridge') })),
      );
    });

    it('keep a task what it is: its labels and its owner stay', async () => {
      await runner().create(runs(), order('mine'));
      const path = objectPath('pipelineruns', space, 'billing-mine');
      const moved = await runner().mergePatch(path, {
        metadata: { labels: { 'taskbridge.dev/app': 'mail' } },
      });
      const orphaned = await runner().mergePatch(path, { metadata: { ownerReferences: [] } });
      expect([moved, orphaned].map(refusal)).toEqual(
        [1, 2].map(() => ({ status: 422, message: expect.stringContaining('stay as they are') })),
      );
      expect((await runner().mergePatch(path, { spec: { status: 'Cancelled' } })).status).toBe(200);
    });

    describe('where somebody gave the runner all rights of the namespace', () => {
      const bind = async () => {
        const subject = { kind: 'ServiceAccount', name: 'runner', namespace: 'taskbridge' };
        await admin().create(listPath('rolebindings', space), {
          metadata: { name: 'mistake' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
          subjects: [subject],
        });
        await eventually(
          async () => ((await runner().get(listPath('secrets', space))).status === 200 ? true : undefined),
          { what: 'the rights given by mistake' },
        );
      };
      const forbidden = {
        status: 403,
        message: expect.stringContaining('each identity its own, and not'),
      };

      beforeAll(bind);

      it('it still makes no pod', async () => {
        const pod = {
          metadata: { name: 'stolen' },
          spec: { containers: [{ name: 'main', image: target().image }] },
        };
        expect(refusal(await runner().create(listPath('pods', space), pod))).toEqual(forbidden);
      });

      it('it still changes, makes and deletes no App', async () => {
        const path = objectPath('apps', space, 'billing');
        const answers = [
          await runner().mergePatch(path, { spec: { image: 'stolen:1' } }),
          await runner().mergePatch(`${path}/status`, { status: {} }),
          await runner().create(listPath('apps', space), app('stolen')),
          await runner().delete(path),
        ];
        expect(answers.map(refusal)).toEqual(answers.map(() => forbidden));
      });

      it('it still asks for no token of a service account', async () => {
        const path = objectPath('serviceaccounts', space, 'deployer', 'token');
        const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
        expect(refusal(await runner().create(path, request))).toEqual(forbidden);
      });
    });
  });
