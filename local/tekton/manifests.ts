import * as v from 'valibot';
import { isRecord, type KubeObject, type OwnerReference } from '../kubernetes/object.ts';
import type { NewObject } from '../kubernetes/store.ts';
import { childName } from './child-name.ts';
import { parseDuration } from './duration.ts';
import { RunSpec, type Step, TaskSpec } from './run-schema.ts';
import { type Context, withContext } from './variables.ts';

/** Limit of a task that names none. */
const DEFAULT_TIMEOUT = '1h0m0s';

/** Longest `activeDeadlineSeconds`: no limit of the pod's own. */
const FOREVER_SECONDS = 2147483647;

const ownedBy = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference[] => [
  { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true },
];

/** Name of the pipeline that a run without one is shown under. */
export const pipelineLabel = ({ metadata }: KubeObject): string =>
  metadata.labels?.['tekton.dev/pipeline'] ?? metadata.generateName?.replace(/-$/, '') ?? metadata.name;

/** The TaskRun of a PipelineRun's one task. */
export function toTaskRun(run: KubeObject): NewObject {
  const { pipelineSpec, taskRunTemplate } = v.parse(RunSpec, run.spec);
  const [task] = pipelineSpec?.tasks ?? [];
  if (task?.taskSpec === undefined) throw new Error(`PipelineRun ${run.metadata.name} has no task`);
  const { name = '', timeout = DEFAULT_TIMEOUT, taskSpec } = task;
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

export type TaskRunFacts = Omit<v.InferOutput<typeof TaskRunSpec>, 'taskSpec' | 'timeout'> & {
  readonly step: Step;
  readonly taskSpec: TaskSpec;
  /** Name of the step, and so of its container, which a step without one gets too. */
  readonly stepName: string;
  /** 0 is no limit. */
  readonly timeoutMs: number;
};

/** What of a TaskRun's spec the controller works by. */
export function taskRunFacts({ spec, metadata }: KubeObject): TaskRunFacts {
  const { timeout, ...rest } = v.parse(TaskRunSpec, spec);
  const [step] = rest.taskSpec.steps ?? [];
  if (step === undefined) throw new Error(`TaskRun ${metadata.name} has no step`);
  return { ...rest, step, stepName: step.name || 'unnamed-0', timeoutMs: parseDuration(timeout) ?? 0 };
}

/** The Pod of a TaskRun: Tekton's entrypoint runs the step's command. */
export function toPod(taskRun: KubeObject): NewObject {
  const { serviceAccountName, podTemplate, taskSpec, step, stepName, timeoutMs } = taskRunFacts(taskRun);
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
        // Tekton since 1.2: its informer finds the pod by this label.
        'app.kubernetes.io/managed-by': 'tekton-pipelines',
        'tekton.dev/taskRun': name,
        'tekton.dev/taskRunUID': uid,
      },
      annotations: { ...annotations, 'tekton.dev/ready': 'READY' },
      ownerReferences: ownedBy(taskRun),
    },
    spec: {
      ...podTemplate,
      activeDeadlineSeconds: timeoutMs === 0 ? FOREVER_SECONDS : Math.floor((timeoutMs / 1000) * 1.5),
      containers: [toContainer(withContext(step, taskContext(taskRun)), stepName)],
      nodeName: 'localhost',
      restartPolicy: 'Never',
      serviceAccountName,
      terminationGracePeriodSeconds: 30,
      volumes: [
        ...(taskSpec.volumes ?? []),
        ...(Array.isArray(podTemplate.volumes) ? podTemplate.volumes : []),
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

function toContainer(step: Step, name: string) {
  const { command, args, computeResources, image, displayName: _, ...fields } = step;
  const [program = '', ...rest] = command ?? [];
  return {
    ...fields,
    name: `step-${name}`,
    image,
    command: ['/tekton/bin/entrypoint'],
    args: ['-entrypoint', program, '--', ...rest, ...(args ?? [])],
    resources: isRecord(computeResources) ? computeResources : {},
    terminationMessagePath: '/tekton/termination',
    terminationMessagePolicy: 'File',
  };
}
