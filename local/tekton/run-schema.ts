import * as v from 'valibot';
import { isRecord, type KubeObject } from '../kubernetes/object.ts';
import { parseDuration } from './duration.ts';

/** Marks fields that Tekton knows and this one does not support: rejected, not ignored. */
export const UNSUPPORTED = 'unsupported';
const unsupported = v.optional(v.custom<undefined>((value) => value === undefined, UNSUPPORTED));

const text = v.optional(v.string());
const texts = v.optional(v.nullable(v.array(v.string())));
const anything = v.optional(v.unknown());

/** Marks a text that Go does not parse as a duration. */
export const NOT_A_DURATION = 'invalid duration';
const duration = v.optional(
  v.pipe(
    v.string(),
    v.check((value) => parseDuration(value) !== undefined, NOT_A_DURATION),
  ),
);

const EnvVar = v.object({ name: v.string(), value: text, valueFrom: anything });

/** Fields that steps, their template and sidecars share. */
const container = {
  image: text,
  command: texts,
  args: texts,
  workingDir: text,
  env: v.optional(v.nullable(v.array(EnvVar))),
  envFrom: anything,
  volumeMounts: anything,
  computeResources: anything,
  imagePullPolicy: text,
  securityContext: anything,
};

/** Step, as Tekton decodes it. */
export const Step = v.strictObject({
  name: text,
  ...container,
  displayName: text,
  script: unsupported,
  timeout: unsupported,
  onError: unsupported,
  stdoutConfig: unsupported,
  stderrConfig: unsupported,
  volumeDevices: unsupported,
  workspaces: unsupported,
  ref: unsupported,
  params: unsupported,
  results: unsupported,
  when: unsupported,
});
export type Step = v.InferOutput<typeof Step>;

/** Step template: the fields of a step that may have a default. */
const StepTemplate = v.strictObject({
  ...container,
  envFrom: v.optional(v.nullable(v.array(v.unknown()))),
  volumeMounts: v.optional(v.nullable(v.array(v.looseObject({ name: v.string(), mountPath: v.string() })))),
});
export type StepTemplate = v.InferOutput<typeof StepTemplate>;

/** Sidecar, which is stopped once the steps have ended. */
const Sidecar = v.strictObject({
  name: text,
  ...container,
  readinessProbe: v.optional(
    v.strictObject({
      exec: v.object({ command: v.array(v.string()) }),
      periodSeconds: v.optional(v.number()),
      initialDelaySeconds: v.optional(v.number()),
      timeoutSeconds: v.optional(v.number()),
      successThreshold: v.optional(v.number()),
      failureThreshold: v.optional(v.number()),
    }),
  ),
  script: unsupported,
  livenessProbe: unsupported,
  startupProbe: unsupported,
  lifecycle: unsupported,
  ports: unsupported,
  restartPolicy: unsupported,
  workspaces: unsupported,
});
export type Sidecar = v.InferOutput<typeof Sidecar>;

const TaskResult = v.strictObject({
  name: v.string(),
  description: text,
  type: v.optional(v.picklist(['string'], UNSUPPORTED)),
  properties: unsupported,
  value: unsupported,
});

const Volume = v.looseObject({ name: v.string() });

/** Task spec, as Tekton decodes it. */
export const TaskSpec = v.strictObject({
  steps: v.optional(v.nullable(v.array(Step))),
  volumes: v.optional(v.nullable(v.array(Volume))),
  metadata: anything,
  spec: anything,
  description: text,
  displayName: text,
  params: unsupported,
  stepTemplate: v.optional(StepTemplate),
  sidecars: v.optional(v.nullable(v.array(Sidecar))),
  workspaces: unsupported,
  results: v.optional(v.nullable(v.array(TaskResult))),
  apiVersion: unsupported,
  kind: unsupported,
});
export type TaskSpec = v.InferOutput<typeof TaskSpec>;

const PipelineTask = v.strictObject({
  name: text,
  displayName: text,
  description: text,
  timeout: duration,
  retries: v.optional(v.number()),
  taskSpec: v.optional(TaskSpec),
  taskRef: unsupported,
  runAfter: unsupported,
  params: unsupported,
  matrix: unsupported,
  workspaces: unsupported,
  when: unsupported,
  onError: unsupported,
  pipelineRef: unsupported,
  pipelineSpec: unsupported,
});

const PipelineResult = v.strictObject({
  name: v.string(),
  value: v.string(),
  description: text,
  type: v.optional(v.picklist(['string'], UNSUPPORTED)),
});
export type PipelineResult = v.InferOutput<typeof PipelineResult>;

const PipelineSpec = v.strictObject({
  displayName: text,
  description: text,
  tasks: v.optional(v.nullable(v.array(PipelineTask))),
  params: unsupported,
  workspaces: unsupported,
  results: v.optional(v.nullable(v.array(PipelineResult))),
  finally: unsupported,
});

/** PipelineRun spec, as Tekton decodes it. */
export const RunSpec = v.strictObject({
  status: text,
  pipelineSpec: v.optional(PipelineSpec),
  timeouts: v.optional(v.strictObject({ pipeline: duration, tasks: duration, finally: unsupported })),
  taskRunTemplate: v.optional(
    v.strictObject({ serviceAccountName: text, podTemplate: v.optional(v.record(v.string(), v.unknown())) }),
  ),
  pipelineRef: unsupported,
  params: unsupported,
  workspaces: unsupported,
  taskRunSpecs: unsupported,
  managedBy: text,
});
export type RunSpec = v.InferOutput<typeof RunSpec>;

/**
 * Memoizes a computation by spec. A stored object is never changed in place and keeps its spec when its status is
 * written, so a run is parsed once and not in each reconcile.
 */
export function memoizeBySpec<T>(compute: (spec: unknown) => T): (object: KubeObject) => T {
  const known = new WeakMap<object, T>();
  return ({ spec }) => {
    if (!isRecord(spec)) return compute(spec);
    const value = known.get(spec) ?? compute(spec);
    known.set(spec, value);
    return value;
  };
}

/** Parsed spec of an admitted PipelineRun. */
export const runSpecOf = memoizeBySpec((spec) => v.parse(RunSpec, spec));
