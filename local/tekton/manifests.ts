import * as v from 'valibot';
import { childName } from '../../lib/platform/names.ts';
import { isRecord, type KubeObject, type OwnerReference } from '../kubernetes/object.ts';
import type { NewObject } from '../kubernetes/store.ts';
import { parseDuration } from './duration.ts';
import { RESULTS, resultPaths } from './results.ts';
import { memoizeBySpec, runSpecOf, type Sidecar, type Step, TaskSpec } from './run-schema.ts';
import { withTemplate } from './step-template.ts';
import { type Context, withContext } from './variables.ts';

/** Default timeout of a task. */
const DEFAULT_TIMEOUT = '1h0m0s';

/** Largest `activeDeadlineSeconds`: the pod itself has no deadline. */
const MAX_DEADLINE_SECONDS = 2147483647;

const MAX_LABEL_LENGTH = 63;

const RESULTS_VOLUME = 'tekton-internal-results';

const ownedBy = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference[] => [
  { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true },
];

/** Pipeline label of a run with an embedded pipeline: its generateName, or its name. */
export const pipelineLabel = ({ metadata: { labels, generateName = '', name } }: KubeObject): string =>
  labels?.['tekton.dev/pipeline'] ??
  (generateName.slice(0, MAX_LABEL_LENGTH).replace(/[^a-zA-Z0-9]+$/, '') || name);

/** TaskRun of a PipelineRun's only task. */
export function toTaskRun(run: KubeObject): NewObject {
  const { pipelineSpec, taskRunTemplate, timeouts } = runSpecOf(run);
  const [task] = pipelineSpec?.tasks ?? [];
  if (task?.taskSpec === undefined) throw new Error(`PipelineRun ${run.metadata.name} has no task`);
  const { name = '', timeout = timeouts?.tasks ?? DEFAULT_TIMEOUT, taskSpec } = task;
  const { name: runName, namespace, uid, labels, annotations } = run.metadata;
  return {
    apiVersion: run.apiVersion,
    kind: 'TaskRun',
    metadata: {
      name: childName(runName, `-${name}`),
      namespace,
      generation: 1,
      labels: {
        ...labels,
        'tekton.dev/memberOf': 'tasks',
        'tekton.dev/pipeline': pipelineLabel(run),
        'tekton.dev/pipelineRun': runName,
        'tekton.dev/pipelineRunUID': uid,
        'tekton.dev/pipelineTask': name,
      },
      annotations: { ...annotations },
      ownerReferences: ownedBy(run),
    },
    spec: {
      serviceAccountName: taskRunTemplate?.serviceAccountName,
      ...(taskRunTemplate?.podTemplate === undefined ? {} : { podTemplate: taskRunTemplate.podTemplate }),
      taskSpec: {
        ...taskSpec,
        steps: (taskSpec.steps ?? []).map((step) => withContext(step, pipelineContext(run, name))),
      },
      timeout,
    },
  };
}

const pipelineContext = ({ metadata }: KubeObject, task: string): Context => ({
  'context.pipelineRun.name': metadata.name,
  'context.pipelineRun.namespace': metadata.namespace ?? '',
  'context.pipelineRun.uid': metadata.uid,
  'context.pipeline.name': metadata.name,
  'context.pipelineTask.retries': '0',
  'context.task.name': task,
});

const TaskRunSpec = v.object({
  serviceAccountName: v.optional(v.string(), 'default'),
  podTemplate: v.optional(v.record(v.string(), v.unknown()), {}),
  taskSpec: TaskSpec,
  timeout: v.optional(v.string(), DEFAULT_TIMEOUT),
  status: v.optional(v.string()),
  statusMessage: v.optional(v.string()),
});

/** Step with its container's name, generated if the step has none. */
type NamedStep = { readonly step: Step; readonly name: string };

export type ParsedTaskRun = Omit<v.InferOutput<typeof TaskRunSpec>, 'taskSpec' | 'timeout'> & {
  /** Steps in order, merged with the task's template. */
  readonly steps: readonly NamedStep[];
  readonly taskSpec: TaskSpec;
  /** 0: no timeout. */
  readonly timeoutMs: number;
};

/** The parts of a TaskRun's spec that the controller needs. */
export const parseTaskRun = memoizeBySpec((spec): ParsedTaskRun => {
  const { timeout, ...rest } = v.parse(TaskRunSpec, spec);
  const { steps, stepTemplate } = rest.taskSpec;
  if (!steps || steps.length === 0) throw new Error('The TaskRun has no step.');
  return {
    ...rest,
    steps: steps.map((step, index) => ({
      step: withTemplate(step, stepTemplate),
      name: step.name || `unnamed-${index}`,
    })),
    timeoutMs: parseDuration(timeout) ?? 0,
  };
});

/** Pod of a TaskRun: Tekton's entrypoint runs the step's command. */
export function toPod(taskRun: KubeObject): NewObject {
  const { serviceAccountName, podTemplate, taskSpec, timeoutMs } = parseTaskRun(taskRun);
  const { name, namespace, uid, labels, annotations } = taskRun.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: childName(name, '-pod'),
      namespace,
      generation: 1,
      labels: {
        ...labels,
        // Since Tekton 1.2 its informer selects pods by this label.
        'app.kubernetes.io/managed-by': 'tekton-pipelines',
        'tekton.dev/taskRun': name,
        'tekton.dev/taskRunUID': uid,
      },
      annotations: { ...annotations, 'tekton.dev/ready': 'READY' },
      ownerReferences: ownedBy(taskRun),
    },
    spec: {
      ...podTemplate,
      activeDeadlineSeconds: timeoutMs === 0 ? MAX_DEADLINE_SECONDS : Math.floor((timeoutMs / 1000) * 1.5),
      containers: toContainers(taskRun),
      nodeName: 'localhost',
      restartPolicy: 'Never',
      serviceAccountName,
      terminationGracePeriodSeconds: 30,
      volumes: [
        ...(taskSpec.volumes ?? []),
        ...(Array.isArray(podTemplate.volumes) ? podTemplate.volumes : []),
        ...((taskSpec.results ?? []).length === 0 ? [] : [{ name: RESULTS_VOLUME, emptyDir: {} }]),
      ],
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

const taskContext = ({ metadata }: KubeObject): Context => ({
  'context.taskRun.name': metadata.name,
  'context.taskRun.namespace': metadata.namespace ?? '',
  'context.taskRun.uid': metadata.uid,
  'context.task.retry-count': '0',
});

/** Containers of the steps in order, followed by the sidecars. */
function toContainers(taskRun: KubeObject): readonly object[] {
  const { steps, taskSpec } = parseTaskRun(taskRun);
  const results = (taskSpec.results ?? []).map(({ name }) => name);
  const context = { ...taskContext(taskRun), ...resultPaths(results) };
  return [
    ...steps.map(({ step, name }) => toContainer(withContext(step, context), name, results)),
    ...(taskSpec.sidecars ?? []).map((sidecar) => toSidecar(withContext(sidecar, context))),
  ];
}

function toSidecar({ computeResources, ...fields }: Sidecar) {
  const resources = isRecord(computeResources) ? computeResources : {};
  return { ...fields, name: `sidecar-${fields.name}`, resources };
}

function toContainer(step: Step, name: string, results: readonly string[]) {
  const { command, args, computeResources, image, displayName: _, ...fields } = step;
  const [program = '', ...rest] = command ?? [];
  const mounts = Array.isArray(fields.volumeMounts) ? fields.volumeMounts : [];
  return {
    ...fields,
    name: `step-${name}`,
    image,
    command: ['/tekton/bin/entrypoint'],
    args: [
      ...(results.length === 0 ? [] : ['-results', results.join(',')]),
      ...['-entrypoint', program, '--', ...rest, ...(args ?? [])],
    ],
    ...(results.length === 0
      ? {}
      : { volumeMounts: [...mounts, { name: RESULTS_VOLUME, mountPath: RESULTS }] }),
    resources: isRecord(computeResources) ? computeResources : {},
    terminationMessagePath: '/tekton/termination',
    terminationMessagePolicy: 'File',
  };
}
