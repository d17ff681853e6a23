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
      await eventually(
        async () =>
          (await runner().create(`${runs()}?dryRun=All`, foreign)).status === 422 ? true : undefined,
        { withinMs: 30_000, what: 'the policies at work' },
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
          timeouts: undefined,
        },
      };
      const answer = await runner().create(runs().replace('/v1/', '/v1beta1/'), older);
      expect(refusal(answer)).toEqual({ status: 422, message: expect.stringContaining('"deployer"') });
    });

    it('apply to the functions only: a person may create any run that the roles allow', async () => {
      const run = pipelineRun({ name: 'of-a-person', image: target().image, status: 'PipelineRunPending' });
      expect((await admin().create(runs(), run)).status).toBe(201);
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

    describe('of Secrets', () => {
      const owner = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: 'report-1', uid: 'uid' };
      const secret = (more: object = {}, metadata: object = {}) => ({
        type: 'Opaque',
        metadata: { name: 'report-1-event', ownerReferences: [owner], ...metadata },
        data: { 'event.json': 'e30=' },
        ...more,
      });
      const create = (body: object) => runner().create(`${listPath('secrets', space)}?dryRun=All`, body);

      it("let the runner create the one with a task's event", async () => {
        expect((await create(secret())).status).toBe(201);
      });

      it.each([
        ['of another name', secret({}, { name: 'orders-binding' })],
        ['that no run owns', secret({}, { ownerReferences: [] })],
        [
          'that an App owns',
          secret({}, { ownerReferences: [{ ...owner, apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App' }] }),
        ],
        ['with other keys', secret({ data: { 'event.json': 'e30=', VCAP_SERVICES: 'e30=' } })],
        ['without data', secret({ data: undefined })],
        [
          'that is the token of a service account',
          secret(
            { type: 'kubernetes.io/service-account-token' },
            { annotations: { 'kubernetes.io/service-account.name': 'deployer' } },
          ),
        ],
      ])('refuse the runner one %s', async (_, body) => {
        expect((await create(body)).status).toBe(403);
      });
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
          { withinMs: 15_000, what: 'the rights given by mistake' },
        );
      };
      const forbidden = {
        status: 403,
        message: expect.stringContaining('and nothing else'),
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
