import type { PipelineRun } from '../../../lib/tasks/pipeline-run.ts';
import { copyOf } from '../../../lib/tasks/workspace.ts';

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

const KEY_OF_SECRET = {
  name: 'FROM',
  valueFrom: { secretKeyRef: { name: 'orders-binding', key: 'password' } },
};
const SECRET = { name: 'secret', secret: { secretName: 'orders-binding' } };

type More = {
  readonly sidecars?: readonly object[];
  readonly volumes?: readonly object[];
  /** The name of a volume that it lacks. */
  readonly without?: string;
};

/** Run of a task whose image keeps its files in /workspace, with these changes. */
const withCopy = (run: PipelineRun, sidecar: object, more: More = {}) => {
  const image = run.spec.pipelineSpec.tasks[0]?.taskSpec.steps[0]?.image;
  const copy = copyOf({ image, workspace: 'copy' }, DISK_BYTES);
  return withTaskSpec(run, {
    sidecars: [{ ...copy?.sidecar, ...sidecar }, ...(more.sidecars ?? [])],
    volumes: [...(copy?.volumes ?? []).filter(({ name }) => name !== more.without), ...(more.volumes ?? [])],
  });
};
const DISK_BYTES = 64 * 1024 ** 2;
const OTHER_VOLUME = 'mounts Secrets alone, and what its sidecar copies';
const OTHER_SIDECAR = 'the one sidecar that a run of Taskbridge may have';

/** Fields that a sidecar may not have, other than the one that copies files. */
const SIDECARS: readonly (readonly [what: string, change: object])[] = [
  ['of another image', { image: 'busybox:other' }],
  ['of another name', { name: 'more' }],
  ['with a variable of a Secret', { env: [KEY_OF_SECRET] }],
  ['with all variables of a Secret', { envFrom: [{ secretRef: { name: 'orders-binding' } }] }],
  ['that is privileged', { securityContext: { privileged: true } }],
  ['that may escalate', { securityContext: { allowPrivilegeEscalation: true } }],
  ['without a security context', { securityContext: undefined }],
  ['that mounts something else', { volumeMounts: [{ name: 'secret', mountPath: '/secret' }] }],
  ['without mounts', { volumeMounts: undefined }],
  ['without a probe', { readinessProbe: undefined }],
  ['that asks an address', { readinessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } }],
  ['that does more at its start', { lifecycle: { postStart: { exec: { command: ['true'] } } } }],
  ['with a port', { ports: [{ containerPort: 80, hostPort: 80 }] }],
  ['with a script', { command: undefined, args: undefined, script: 'true' }],
];

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
    'a run of Taskbridge has',
  ],
  [
    'with a service account for its TaskRun',
    (run) => withSpec(run, { taskRunSpecs: [{ pipelineTaskName: 'task', serviceAccountName: 'deployer' }] }),
    'taskRunSpecs',
  ],
  [
    'with a sidecar',
    (run) => withTaskSpec(run, { sidecars: [{ name: 'more', image: 'busybox:1' }] }),
    OTHER_SIDECAR,
  ],
  ...SIDECARS.map(
    ([what, change]) =>
      [
        `with a sidecar ${what}`,
        (run: PipelineRun) => withCopy(run, change, { volumes: [SECRET] }),
        OTHER_SIDECAR,
      ] as const,
  ),
  [
    'with a second sidecar',
    (run) => withCopy(run, {}, { sidecars: [{ ...OTHER_STEP, name: 'more' }] }),
    OTHER_VOLUME,
  ],
  [
    'with a Secret in place of the folder that its sidecar fills',
    (run) => withCopy(run, {}, { volumes: [{ ...SECRET, name: 'copied' }], without: 'copied' }),
    OTHER_VOLUME,
  ],
  [
    'with a folder that no sidecar fills',
    (run) => withTaskSpec(run, { volumes: [{ name: 'workspace', emptyDir: {} }] }),
    OTHER_VOLUME,
  ],
  [
    'with a further folder beside the copied files',
    (run) => withCopy(run, {}, { volumes: [{ name: 'more', emptyDir: {} }] }),
    OTHER_VOLUME,
  ],
  [
    'with a second step',
    (run) =>
      withTaskSpec(run, {
        steps: [...(run.spec.pipelineSpec.tasks[0]?.taskSpec.steps ?? []), OTHER_STEP],
      }),
    'one task of one step',
  ],
  ['with a script', (run) => withStep(run, { command: undefined, script: 'true' }), 'as its argument'],
  ['that is privileged', (run) => withStep(run, { securityContext: { privileged: true } }), 'privilege'],
  [
    'that may escalate',
    (run) => withStep(run, { securityContext: { allowPrivilegeEscalation: true } }),
    'privilege',
  ],
  ['that mounts its node', (run) => withTaskSpec(run, { volumes: HOST }), 'mounts Secrets alone'],
  ['whose pod template mounts its node', (run) => withPod(run, { volumes: HOST }), 'pod template'],
  ['on the network of its node', (run) => withPod(run, { hostNetwork: true }), 'lacks: hostNetwork'],
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
