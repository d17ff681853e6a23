import { type App, imageOf, type Resources, type Service } from '../apps/app.ts';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, SECURITY_GROUP_PREFIX, VERSION } from '../platform/labels.ts';
import { taskName } from '../platform/names.ts';
import { formatDuration } from '../platform/quantities.ts';
import { toRfc3339 } from '../platform/time.ts';
import { fromField, SERVICE_BINDING_ROOT, toEnvironment } from './environment.ts';
import { EVENT_VARIABLES, eventAnnotations, eventMount, type TaskEvent } from './event.ts';
import { limitsFor, toComputeResources } from './resources.ts';
import { copyOf, entrypointOf } from './workspace.ts';

/** Name of the one step; its container, and so its log, is `step-user-container`, as with Kf. */
export const STEP = 'user-container';

/** Name of the one pipeline task. TaskRun and Pod are named `<run>-task` and `<run>-task-pod`. */
const PIPELINE_TASK = 'task';

const COMMAND_VARIABLE = 'TASKBRIDGE_COMMAND';

/** A task that was asked for. */
export type TaskSpec = {
  readonly app: App;
  /** The job that makes the task, and then owns it and gives it its name. Absent: it is the app's own. */
  readonly job?: { readonly name: string; readonly uid: string } | undefined;
  /** End of the run's name. */
  readonly id: string;
  readonly command: string;
  /** The process of the image that is started in place of a command, which is then its program. */
  readonly process?: string | undefined;
  readonly displayName?: string | undefined;
  readonly resources?: Resources | undefined;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly nonce: string;
  readonly requestHash?: string | undefined;
  /** The occurrence that it is for. */
  readonly scheduledTime?: Date | undefined;
  /** The event that it is for. */
  readonly event?: TaskEvent | undefined;
  /** Held back until it is released. */
  readonly queued?: boolean | undefined;
};

/**
 * The PipelineRun that is the task. Create it with POST: `kubectl apply` would put its own annotation on each pod.
 *
 * The command reaches the program unchanged: it stands in an annotation, a variable takes it from there, and the one
 * argument refers to that variable. Tekton does not know the name, and Kubernetes does not expand what it put in.
 */
export function toPipelineRun(order: TaskSpec) {
  const { app, job, id } = order;
  const owner = job === undefined ? { kind: 'App', ...identityOf(app) } : { kind: 'Job', ...identityOf(job) };
  const name = taskName(owner.name, id);
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      namespace: app.space,
      labels: toLabels(order),
      annotations: toAnnotations(order),
      ownerReferences: [{ apiVersion: `${GROUP}/${VERSION}`, ...owner, controller: true }],
    },
    spec: {
      ...(order.queued ? { status: 'PipelineRunPending' } : {}),
      // The run-level limit alone would leave the TaskRun at Tekton's default of one hour.
      timeouts: { pipeline: '0s' },
      taskRunTemplate: toTaskRunTemplate(app),
      pipelineSpec: { tasks: [toPipelineTask(name, order)] },
    },
  };
}

export type PipelineRun = ReturnType<typeof toPipelineRun>;

const identityOf = ({ name, uid }: { readonly name: string; readonly uid: string }) => ({ name, uid });

function toLabels({ app: { name, spec }, job, id }: TaskSpec): Record<string, string> {
  const groups = (spec.securityGroups ?? []).map((group) => [`${SECURITY_GROUP_PREFIX}${group}`, 'true']);
  return {
    ...spec.labels,
    ...Object.fromEntries(groups),
    [LABEL.name]: name,
    [LABEL.component]: 'task',
    [LABEL.managedBy]: MANAGED_BY,
    [LABEL.app]: name,
    ...(job === undefined ? {} : { [LABEL.job]: job.name }),
    [LABEL.taskId]: id,
    [LABEL.excludeFromBackup]: 'true',
  };
}

const toAnnotations = ({
  command,
  displayName,
  requestedBy,
  requestedAt,
  nonce,
  requestHash,
  scheduledTime,
  event,
}: TaskSpec) => ({
  [ANNOTATION.command]: command,
  ...(displayName === undefined ? {} : { [ANNOTATION.displayName]: displayName }),
  [ANNOTATION.requestedBy]: requestedBy,
  [ANNOTATION.requestedAt]: requestedAt.toISOString(),
  [ANNOTATION.nonce]: nonce,
  ...(requestHash === undefined ? {} : { [ANNOTATION.requestHash]: requestHash }),
  ...(scheduledTime === undefined ? {} : { [ANNOTATION.scheduledTime]: toRfc3339(scheduledTime) }),
  ...(event === undefined ? {} : eventAnnotations(event)),
  // A pod that an autoscaler moves would run its command a second time.
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
});

const toTaskRunTemplate = ({ spec: { serviceAccountName } }: App) => ({
  ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
  podTemplate: {
    // The addresses of a namespace's Services would be variables that the app never set.
    enableServiceLinks: false,
    ...(serviceAccountName === undefined ? { automountServiceAccountToken: false } : {}),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
  },
});

function toPipelineTask(run: string, order: TaskSpec) {
  const { app, resources, scheduledTime, event } = order;
  const { spec } = app;
  const limits = limitsFor(spec.resources, resources);
  const computeResources = toComputeResources(limits);
  const copy = copyOf(spec, limits.disk);
  const mounts = [...(spec.services ?? []).map(toBinding), ...(event === undefined ? [] : [eventMount(run)])];
  const volumeMounts = [...mounts.map(({ mount }) => mount), ...(copy?.mounts ?? [])];
  const volumes = [...mounts.map(({ volume }) => volume), ...(copy?.volumes ?? [])];
  return {
    name: PIPELINE_TASK,
    timeout: formatDuration(spec.taskTimeout ?? 0),
    retries: 0,
    taskSpec: {
      steps: [
        {
          name: STEP,
          image: imageOf(app),
          ...toProgram(order),
          env: toEnvironment(app, limits, [
            { name: COMMAND_VARIABLE, valueFrom: fromField(`metadata.annotations['${ANNOTATION.command}']`) },
            ...(scheduledTime === undefined
              ? []
              : [{ name: 'TASKBRIDGE_SCHEDULED_TIME', value: toRfc3339(scheduledTime) }]),
            ...(event === undefined ? [] : EVENT_VARIABLES),
            ...(copy === undefined ? [] : [copy.variable]),
          ]),
          computeResources,
          securityContext: { allowPrivilegeEscalation: false },
          ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
        },
      ],
      ...(copy === undefined ? {} : { sidecars: [copy.sidecar] }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

/** A process takes no argument: it would replace those that it has. */
const toProgram = ({ app, command, ...order }: TaskSpec) =>
  order.process === undefined
    ? { command: entrypointOf(app.spec), args: [`$(${COMMAND_VARIABLE})`] }
    : { command: [command] };

const toBinding = ({ name, secretName }: Service, index: number) => ({
  volume: { name: `binding-${index}`, secret: { secretName } },
  mount: { name: `binding-${index}`, mountPath: `${SERVICE_BINDING_ROOT}/${name}`, readOnly: true },
});
