import type { PipelineRun } from '../../lib/domain/pipeline-run.ts';

/** A change to the manifest of a task, as a thief of the runner's role would make it. */
type Change = (run: PipelineRun) => object;

const withMetadata = (run: PipelineRun, metadata: object) => ({
  ...run,
  metadata: { ...run.metadata, ...metadata },
});
const withSpec = (run: PipelineRun, spec: object) => ({ ...run, spec: { ...run.spec, ...spec } });
export const withTemplate = (run: PipelineRun, template: object) =>
  withSpec(run, { taskRunTemplate: { ...run.spec.taskRunTemplate, ...template } });
const withPod = (run: PipelineRun, pod: object) =>
  withTemplate(run, { podTemplate: { ...run.spec.taskRunTemplate.podTemplate, ...pod } });
const withTaskSpec = (run: PipelineRun, taskSpec: object) => {
  const [task] = run.spec.pipelineSpec.tasks;
  const tasks = [{ ...task, taskSpec: { ...task?.taskSpec, ...taskSpec } }];
  return withSpec(run, { pipelineSpec: { tasks } });
};
export const withStep = (run: PipelineRun, step: object) => {
  const [only] = run.spec.pipelineSpec.tasks[0]?.taskSpec.steps ?? [];
  return withTaskSpec(run, { steps: [{ ...only, ...step }] });
};

const OTHER_STEP = { name: 'other', image: 'busybox:1', command: ['true'] };
const HOST = [{ name: 'host', hostPath: { path: '/' } }];

/** Each is refused by a policy, in these words. */
export const REFUSED: readonly (readonly [what: string, change: Change, words: string])[] = [
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
    'the one sidecar that a run of Taskbridge may have',
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
