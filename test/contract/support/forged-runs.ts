/** Change to a run, by `withValue`, and words of the refusal. */
type Row = readonly [path: string, value: unknown, words: string];

export const POD = 'spec/taskRunTemplate/podTemplate';
const TASK = 'spec/pipelineSpec/tasks/0';
const STEP = `${TASK}/taskSpec/steps/0`;

const ANNOTATION = 'has the annotations that Taskbridge writes';
const METADATA = 'has no metadata but';
const EMBEDDED = 'has its pipeline embedded';
const ONE_TASK = 'one task';
const STRANGER = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing', uid: 'uid' };
const OTHER = { name: 'other', image: 'busybox:1', command: ['true'] };
const NODES = {
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
};

/** Fields of a pod template: none is Taskbridge's, and Tekton adds those of its default pod template. */
export const POD_FIELDS = {
  priorityClassName: 'system-node-critical',
  tolerations: [{ operator: 'Exists' }],
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  affinity: NODES,
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  runtimeClassName: 'weak',
  schedulerName: 'other',
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['6.6.6.6'] },
  hostAliases: [{ ip: '6.6.6.6', hostnames: ['registry.example'] }],
  imagePullSecrets: [{ name: 'of-others' }],
  hostNetwork: true,
  hostUsers: true,
  env: [{ name: 'LD_PRELOAD', value: '/x' }],
  volumes: [{ name: 'host', hostPath: { path: '/' } }],
} as const;

/** What a namespace without annotations says of placement: nothing is allowed. */
const PLACED: Readonly<Record<string, string>> = {
  nodeSelector: 'apps may have the node selectors []',
  tolerations: 'apps may have the tolerations []',
  priorityClassName: 'apps may have the priority classes []',
  runtimeClassName: 'apps may have the runtime classes []',
};

/** Words of the refusal of a field of a pod template. */
export const wordsOfPodField = (field: string): string => PLACED[field] ?? `lacks: ${field}`;

/** Refused in every run that the functions create. */
export const OF_ANY_RUN: readonly Row[] = [
  ['metadata/finalizers', ['evil.dev/stuck'], METADATA],
  ['metadata/generateName', 'other-', METADATA],
  ['metadata/annotations/iam.amazonaws.com~1role', 'admin', ANNOTATION],
  ['metadata/annotations/k8s.v1.cni.cncf.io~1networks', 'other', ANNOTATION],
  [
    'metadata/annotations/container.apparmor.security.beta.kubernetes.io~1step-user-container',
    'unconfined',
    ANNOTATION,
  ],
  ['metadata/annotations/taskbridge.dev~1admitted-at', 'x', ANNOTATION],
  ['metadata/annotations/taskbridge.dev~1cancelled-because', 'x', ANNOTATION],
  ['metadata/annotations/cluster-autoscaler.kubernetes.io~1safe-to-evict', 'true', ANNOTATION],
  ['metadata/labels/velero.io~1exclude-from-backup', 'false', 'stays out of backups'],
  ['metadata/labels/velero.io~1exclude-from-backup', undefined, 'stays out of backups'],
  ['metadata/labels/taskbridge.dev~1reported', 'true', 'none of them of taskbridge.dev'],
  ['metadata/labels/app.kubernetes.io~1part-of', 'other', 'none of them of taskbridge.dev'],
  ['metadata/labels/a.b.tekton.dev~1x', 'other', 'none of them of taskbridge.dev'],
  ['metadata/ownerReferences/0/blockOwnerDeletion', true, 'blocks no deletion'],
  ['metadata/ownerReferences/1', STRANGER, 'has one owner'],
  ['spec/managedBy', 'kueue.x-k8s.io/multikueue', EMBEDDED],
  ['spec/params', [{ name: 'a', value: 'b' }], EMBEDDED],
  ['spec/workspaces', [{ name: 'a', emptyDir: {} }], EMBEDDED],
  ['spec/taskRunSpecs', [{ pipelineTaskName: 'task', podTemplate: { hostNetwork: true } }], EMBEDDED],
  ['spec/pipelineSpec/params', [{ name: 'a', default: 'b' }], EMBEDDED],
  ['spec/pipelineSpec/workspaces', [{ name: 'a' }], EMBEDDED],
  ['spec/pipelineSpec/finally', [{ name: 'more', taskSpec: { steps: [OTHER] } }], EMBEDDED],
  ['spec/pipelineSpec/description', 'x', EMBEDDED],
  ['spec/status', 'StoppedRunFinally', 'starts at once or queued'],
  ['spec/timeouts', { pipeline: '1h0m0s' }, 'starts at once or queued'],
  ['spec/timeouts', { pipeline: '0s', finally: '1h0m0s' }, 'starts at once or queued'],
  ['spec/timeouts', undefined, 'starts at once or queued'],
  [`${POD}/enableServiceLinks`, true, 'the pod template of a run'],
  ...Object.entries(POD_FIELDS).map(
    ([field, value]) => [`${POD}/${field}`, value, wordsOfPodField(field)] as const,
  ),
  ...Object.entries({
    appArmorProfile: { type: 'Unconfined' },
    seccompProfile: { type: 'Localhost', localhostProfile: 'x' },
    runAsUser: 0,
    supplementalGroups: [0],
    fsGroupChangePolicy: 'Always',
    seLinuxOptions: { type: 'spc_t' },
    sysctls: [{ name: 'net.core.somaxconn', value: '1' }],
    windowsOptions: { hostProcess: true },
  }).map(([field, value]) => [`${POD}/securityContext/${field}`, value, 'profile RuntimeDefault'] as const),
  [`${TASK}/retries`, 3, ONE_TASK],
  [`${TASK}/when`, [{ input: 'a', operator: 'in', values: ['a'] }], ONE_TASK],
  [`${TASK}/matrix`, { params: [{ name: 'a', value: ['1', '2'] }] }, ONE_TASK],
  [`${TASK}/params`, [{ name: 'a', value: 'b' }], ONE_TASK],
  [`${TASK}/workspaces`, [{ name: 'a' }], ONE_TASK],
  [`${TASK}/onError`, 'continue', ONE_TASK],
  [`${TASK}/name`, 'other', ONE_TASK],
  [`${TASK}/taskSpec/metadata`, { annotations: { 'iam.amazonaws.com/role': 'admin' } }, ONE_TASK],
  [`${TASK}/taskSpec/metadata`, { labels: { team: 'b' } }, ONE_TASK],
  [`${TASK}/taskSpec/params`, [{ name: 'a', default: 'b' }], ONE_TASK],
  [`${TASK}/taskSpec/workspaces`, [{ name: 'a' }], ONE_TASK],
  [`${TASK}/taskSpec/description`, 'x', ONE_TASK],
  [
    `${STEP}/volumeMounts`,
    [{ name: 'source', mountPath: '/x', subPathExpr: '$(A)' }],
    'name, mountPath and readOnly',
  ],
  [
    `${STEP}/volumeMounts`,
    [{ name: 'source', mountPath: '/x', mountPropagation: 'Bidirectional' }],
    'name, mountPath',
  ],
  [`${STEP}/computeResources`, { limits: { 'nvidia.com/gpu': '1' } }, 'requests and limits cpu'],
  [`${STEP}/computeResources`, { claims: [{ name: 'gpu' }] }, 'requests and limits cpu'],
];

const ONE_STEP = 'one task of one step';
const ARGUMENT = 'as its argument';
const PRIVILEGE = 'forbids privilege escalation';
const VOLUME = 'mounts Secrets alone';
const VARIABLE = 'the variables of a run';

/** Refused in a task that the runner creates. */
export const OF_TASKS: readonly Row[] = [
  ['metadata/labels/taskbridge.dev~1build-id', 'x', 'none of them of taskbridge.dev'],
  ['metadata/labels/taskbridge.dev~1job', 'nightly', 'has one owner'],
  ['metadata/labels/taskbridge.dev~1task-id', 'other', 'which ends its name'],
  ['metadata/annotations/taskbridge.dev~1repository', 'x', ANNOTATION],
  ['metadata/labels/security-group.taskbridge.dev~1mail', 'false', 'apps may have the security groups'],
  [`${POD}/securityContext/runAsNonRoot`, true, 'profile RuntimeDefault'],
  [`${POD}/securityContext/fsGroup`, 0, 'profile RuntimeDefault'],
  ['spec/pipelineSpec/results', [{ name: 'a', value: 'b' }], EMBEDDED],
  [`${TASK}/taskSpec/results`, [{ name: 'a' }], ONE_STEP],
  [`${TASK}/taskSpec/stepTemplate`, { env: [{ name: 'A', value: 'b' }] }, ONE_STEP],
  [`${STEP}/name`, 'other', ARGUMENT],
  [`${STEP}/args`, ['other'], ARGUMENT],
  [`${STEP}/args`, [], ARGUMENT],
  [`${STEP}/args`, ['$(TASKBRIDGE_COMMAND)', 'other'], ARGUMENT],
  [`${STEP}/args`, ['$(TASKBRIDGE_COMMAND)', '$(TASKBRIDGE_ARG_1) other'], ARGUMENT],
  [`${STEP}/args`, ['set -- "$TASKBRIDGE_ARG_1"; other "$@"'], ARGUMENT],
  [`${STEP}/args`, ['set -- "$TASKBRIDGE_ARG_1"; $(TASKBRIDGE_COMMAND) "$@"; other'], ARGUMENT],
  [`${STEP}/workingDir`, '/x', ARGUMENT],
  [`${STEP}/ref`, { name: 'action' }, ARGUMENT],
  [`${STEP}/envFrom`, [{ secretRef: { name: 'orders-binding' } }], ARGUMENT],
  [`${STEP}/imagePullPolicy`, 'Never', ARGUMENT],
  [`${STEP}/onError`, 'continue', ARGUMENT],
  [`${STEP}/timeout`, '1h', ARGUMENT],
  [`${STEP}/results`, [{ name: 'a' }], ARGUMENT],
  [`${STEP}/volumeDevices`, [{ name: 'a', devicePath: '/dev/a' }], ARGUMENT],
  [`${STEP}/stdoutConfig`, { path: '/x' }, ARGUMENT],
  [`${STEP}/securityContext/runAsUser`, 0, PRIVILEGE],
  [`${STEP}/securityContext/capabilities`, { add: ['SYS_ADMIN'] }, PRIVILEGE],
  [`${STEP}/securityContext/procMount`, 'Unmasked', PRIVILEGE],
  [`${STEP}/securityContext/appArmorProfile`, { type: 'Unconfined' }, PRIVILEGE],
  [`${STEP}/securityContext/seccompProfile`, { type: 'Unconfined' }, PRIVILEGE],
  [`${STEP}/env/0`, { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }, VARIABLE],
  ...[
    { hostPath: { path: '/' } },
    { projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'sts' } }] } },
    { csi: { driver: 'other' } },
    { nfs: { server: '10.0.0.1', path: '/' } },
    { persistentVolumeClaim: { claimName: 'of-others' } },
    { downwardAPI: { items: [] } },
    { configMap: { name: 'other' } },
    { ephemeral: { volumeClaimTemplate: { spec: {} } } },
    { image: { reference: 'busybox:1' } },
    { emptyDir: { medium: 'Memory' } },
    { secret: { secretName: 'orders-binding', defaultMode: 0o777 } },
  ].map((source) => [`${TASK}/taskSpec/volumes`, [{ name: 'a', ...source }], VOLUME] as const),
];

/** Refused in a build that the keeper creates. */
export const OF_BUILDS: readonly Row[] = [
  ['metadata/labels/team', 'a', 'none of them of taskbridge.dev'],
  ['metadata/labels/security-group.taskbridge.dev~1mail', 'true', 'none of them of taskbridge.dev'],
  ['metadata/annotations/taskbridge.dev~1command', 'x', ANNOTATION],
  [`${POD}/automountServiceAccountToken`, true, 'as the service account taskbridge-build'],
  ['spec/taskRunTemplate/serviceAccountName', 'deployer', 'as the service account taskbridge-build'],
  [`${POD}/securityContext/runAsNonRoot`, false, 'as the service account taskbridge-build'],
  [`${TASK}/taskSpec/sidecars`, [OTHER], ONE_TASK],
  [`${TASK}/taskSpec/stepTemplate/workingDir`, '/x', ONE_TASK],
  [`${TASK}/taskSpec/stepTemplate/securityContext/procMount`, 'Unmasked', 'drop all capabilities'],
  [`${TASK}/taskSpec/volumes/0/emptyDir/medium`, 'Memory', 'folders of a limited size'],
  // The step `build` is the fifth, and mounts this folder first.
  [`${TASK}/taskSpec/steps/4/volumeMounts/0/readOnly`, false, 'alone write the names of images'],
  [`${TASK}/taskSpec/steps/4/volumeMounts/0/readOnly`, undefined, 'alone write the names of images'],
  [
    `${TASK}/taskSpec/stepTemplate/volumeMounts/0`,
    { name: 'analyzed', mountPath: '/other' },
    'alone write the names of images',
  ],
  [`${STEP}/script`, 'true', 'each with its command'],
  [`${STEP}/securityContext`, { privileged: true }, 'each with its command'],
];
