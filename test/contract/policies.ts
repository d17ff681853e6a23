import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PipelineRun, toPipelineRun } from '../../lib/domain/pipeline-run.ts';
import type { Answer } from '../support/cluster-api.ts';
import { app } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import type { Target } from './target.ts';

/** A change to the manifest of a task, as a thief of the runner's role would make it. */
type Change = (run: PipelineRun) => object;

const withMetadata = (run: PipelineRun, metadata: object) => ({
  ...run,
  metadata: { ...run.metadata, ...metadata },
});
const withSpec = (run: PipelineRun, spec: object) => ({ ...run, spec: { ...run.spec, ...spec } });
const withTemplate = (run: PipelineRun, template: object) =>
  withSpec(run, { taskRunTemplate: { ...run.spec.taskRunTemplate, ...template } });
const withPod = (run: PipelineRun, pod: object) =>
  withTemplate(run, { podTemplate: { ...run.spec.taskRunTemplate.podTemplate, ...pod } });
const withTaskSpec = (run: PipelineRun, taskSpec: object) => {
  const [task] = run.spec.pipelineSpec.tasks;
  const tasks = [{ ...task, taskSpec: { ...task?.taskSpec, ...taskSpec } }];
  return withSpec(run, { pipelineSpec: { tasks } });
};
const withStep = (run: PipelineRun, step: object) => {
  const [only] = run.spec.pipelineSpec.tasks[0]?.taskSpec.steps ?? [];
  return withTaskSpec(run, { steps: [{ ...only, ...step }] });
};

const OTHER_STEP = { name: 'other', image: 'busybox:1', command: ['true'] };
const HOST = [{ name: 'host', hostPath: { path: '/' } }];

/** Each is refused by a policy, in these words. */
const REFUSED: readonly (readonly [what: string, change: Change, words: string])[] = [
  ['without labels', (run) => withMetadata(run, { labels: {} }), 'carries the labels of a task'],
  [
    'of another product',
    (run) =>
      withMetadata(run, { labels: { ...run.metadata.labels, 'app.kubernetes.io/managed-by': 'other' } }),
    'carries the labels of a task',
  ],
  ['without an owner', (run) => withMetadata(run, { ownerReferences: [] }), 'has one owner'],
  [
    'of an app that its labels do not name',
    (run) => withMetadata(run, { labels: { ...run.metadata.labels, 'taskbridge.dev/app': 'mail' } }),
    'Taskbridge',
  ],
  [
    'of a pipeline that lies in the cluster',
    (run) => withSpec(run, { pipelineSpec: undefined, pipelineRef: { name: 'deploy' } }),
    'has its pipeline embedded',
  ],
  [
    'with a service account for its TaskRun',
    (run) => withSpec(run, { taskRunSpecs: [{ pipelineTaskName: 'task', serviceAccountName: 'deployer' }] }),
    'taskRunSpecs',
  ],
  [
    'with a sidecar',
    (run) => withTaskSpec(run, { sidecars: [{ name: 'more', image: 'busybox:1' }] }),
    'one task of one step',
  ],
  [
    'with a second step',
    (run) =>
      withTaskSpec(run, {
        steps: [...(run.spec.pipelineSpec.tasks[0]?.taskSpec.steps ?? []), OTHER_STEP],
      }),
    'one task of one step',
  ],
  ['with a script', (run) => withStep(run, { command: undefined, script: 'true' }), 'as its one argument'],
  ['that is privileged', (run) => withStep(run, { securityContext: { privileged: true } }), 'privilege'],
  [
    'that may escalate',
    (run) => withStep(run, { securityContext: { allowPrivilegeEscalation: true } }),
    'privilege',
  ],
  ['that mounts its node', (run) => withTaskSpec(run, { volumes: HOST }), 'mounts Secrets alone'],
  ['whose pod template mounts its node', (run) => withPod(run, { volumes: HOST }), 'pod template'],
  ['on the network of its node', (run) => withPod(run, { hostNetwork: true }), 'no host network'],
  ['without a seccomp profile', (run) => withPod(run, { securityContext: {} }), 'seccomp'],
  [
    'as a service account without the label',
    (run) => withTemplate(run, { serviceAccountName: 'deployer' }),
    'tasks may not run as the service account "deployer"',
  ],
  [
    'with the token of the default service account',
    (run) => withPod(run, { automountServiceAccountToken: true }),
    'tasks may not run as the service account "default"',
  ],
];

const NOW = new Date('2026-11-24T21:00:00.250Z');

/** What the admission policies of cluster/policies/ add to the roles. The embedded cluster evaluates no CEL. */
export const policies = (target: () => Target) =>
  describe('the policies', () => {
    let space = '';
    let uid = '';
    const runner = () => target().as('runner');
    const admin = () => target().as('admin');
    const runs = () => listPath('pipelineruns', space);
    const order = (id: string, serviceAccountName?: string): PipelineRun =>
      toPipelineRun({
        app: {
          space,
          name: 'billing',
          uid,
          createdAt: '',
          spec: {
            image: target().image,
            ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
          },
        },
        id,
        command: 'true',
        parked: true,
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

    it('say nothing to others: a person may create any run that the roles allow', async () => {
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
        message: expect.stringContaining('creates tasks of apps and nothing else'),
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
