import { type App, imageOf, type Service } from '../apps/app.ts';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, SECURITY_GROUP_PREFIX, VERSION } from '../platform/labels.ts';
import { taskName } from '../platform/names.ts';
import { formatDuration, toRfc3339 } from '../platform/quantities.ts';
import { argumentsOf, argumentVariable } from './arguments.ts';
import {
  escapeDollars,
  fromAnnotation,
  limitsFor,
  SERVICE_BINDING_ROOT,
  toComputeResources,
  toEnvironment,
} from './container.ts';
import { EVENT_VARIABLES, eventAnnotations, eventMount } from './event.ts';
import { mergeVariables } from './overrides.ts';
import type { TaskSpec } from './spec.ts';
import { STEP } from './task.ts';
import { traceAnnotations, traceVariables } from './trace.ts';
import { copyOf, entrypointOf } from './workspace.ts';

/** Name of the one pipeline task. TaskRun and Pod are named `<run>-task` and `<run>-task-pod`. */
export const PIPELINE_TASK = 'task';

const COMMAND_VARIABLE = 'TASKBRIDGE_COMMAND';

/**
 * Builds the PipelineRun of a task. Create it with POST: `kubectl apply` would put its own annotation on each pod.
 *
 * The command reaches the program unchanged: an annotation holds it, a variable takes it from there, and the one argument
 * refers to that variable. Tekton does not know the name, and Kubernetes does not expand a value that it inserted.
 */
export function toPipelineRun(task: TaskSpec) {
  const { app, job, id } = task;
  const owner = job === undefined ? { kind: 'App', ...identityOf(app) } : { kind: 'Job', ...identityOf(job) };
  const name = taskName(owner.name, id);
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name,
      namespace: app.space,
      labels: toLabels(task),
      annotations: toAnnotations(task),
      ownerReferences: [{ apiVersion: `${GROUP}/${VERSION}`, ...owner, controller: true }],
    },
    spec: {
      ...(task.queued ? { status: 'PipelineRunPending' } : {}),
      // The run-level limit alone would leave the TaskRun at Tekton's default of one hour.
      timeouts: { pipeline: '0s' },
      taskRunTemplate: toTaskRunTemplate(app),
      pipelineSpec: { tasks: [toPipelineTask(name, task)] },
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
  args = [],
  displayName,
  overrides,
  requestedBy,
  requestedAt,
  nonce,
  requestHash,
  scheduledTime,
  backfill,
  event,
  trace,
}: TaskSpec) => ({
  [ANNOTATION.command]: args.length === 0 ? command : withoutLastNewlines(command),
  ...(displayName === undefined ? {} : { [ANNOTATION.displayName]: displayName }),
  ...(overrides === undefined ? {} : { [ANNOTATION.overrides]: JSON.stringify(overrides) }),
  [ANNOTATION.requestedBy]: requestedBy,
  [ANNOTATION.requestedAt]: requestedAt.toISOString(),
  [ANNOTATION.nonce]: nonce,
  ...(requestHash === undefined ? {} : { [ANNOTATION.requestHash]: requestHash }),
  ...(scheduledTime === undefined ? {} : { [ANNOTATION.scheduledTime]: toRfc3339(scheduledTime) }),
  ...(backfill === undefined ? {} : { [ANNOTATION.backfill]: JSON.stringify(backfill) }),
  ...(event === undefined ? {} : eventAnnotations(event)),
  ...traceAnnotations(trace),
  // A pod that an autoscaler moves would run its command a second time.
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
});

const toTaskRunTemplate = ({ spec: { serviceAccountName, placement } }: App) => ({
  ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
  podTemplate: {
    // The addresses of a namespace's Services would be variables that the app never set.
    enableServiceLinks: false,
    ...(serviceAccountName === undefined ? { automountServiceAccountToken: false } : {}),
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    ...placement,
  },
});

function toPipelineTask(run: string, task: TaskSpec) {
  const { app, resources, args = [], scheduledTime, event } = task;
  const { spec } = app;
  const limits = limitsFor(spec.resources, resources);
  const computeResources = toComputeResources(limits, task.gpuResource);
  const copy = copyOf(spec, limits.disk);
  const mounts = [...(spec.services ?? []).map(toBinding), ...(event === undefined ? [] : [eventMount(run)])];
  const volumeMounts = [...mounts.map(({ mount }) => mount), ...(copy?.mounts ?? [])];
  const volumes = [...mounts.map(({ volume }) => volume), ...(copy?.volumes ?? [])];
  return {
    name: PIPELINE_TASK,
    timeout: formatDuration(task.timeout ?? spec.taskTimeout ?? 0),
    retries: 0,
    taskSpec: {
      steps: [
        {
          name: STEP,
          image: imageOf(app),
          ...toProgram(task),
          env: toEnvironment(app, { own: mergeVariables(spec.env, task.env), limits }, [
            fromAnnotation(COMMAND_VARIABLE, ANNOTATION.command),
            ...args.map((text, index) => ({ name: argumentVariable(index), value: escapeDollars(text) })),
            ...(scheduledTime === undefined
              ? []
              : [{ name: 'TASKBRIDGE_SCHEDULED_TIME', value: toRfc3339(scheduledTime) }]),
            ...(event === undefined ? [] : EVENT_VARIABLES),
            ...traceVariables(task.trace),
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

/** A command whose last line arguments can follow: that of a text block ends with a newline. */
function withoutLastNewlines(command: string): string {
  const trimmed = command.trimEnd();
  return command.slice(trimmed.length).includes('\n') ? trimmed : command;
}

/** Command and arguments of the step. A process gets no argument: it would replace its own. */
const toProgram = ({ app, command, args = [], ...task }: TaskSpec) =>
  task.process === undefined
    ? {
        command: entrypointOf(app.spec),
        args: argumentsOf(app.spec, `$(${COMMAND_VARIABLE})`, args.length),
      }
    : { command: [command] };

const toBinding = ({ name, secretName }: Service, index: number) => ({
  volume: { name: `binding-${index}`, secret: { secretName } },
  mount: { name: `binding-${index}`, mountPath: `${SERVICE_BINDING_ROOT}/${name}`, readOnly: true },
});
