import * as v from 'valibot';
import { parseDuration } from './duration.ts';

/** Marks what Tekton knows and this one does not run: refused, not ignored. */
export const UNSUPPORTED = 'unsupported';
const unsupported = v.optional(v.custom<undefined>((value) => value === undefined, UNSUPPORTED));

const text = v.optional(v.string());
const texts = v.optional(v.nullable(v.array(v.string())));
const anything = v.optional(v.unknown());

/** Marks a text that Go reads as no duration. */
export const NOT_A_DURATION = 'invalid duration';
const duration = v.optional(
  v.pipe(
    v.string(),
    v.check((value) => parseDuration(value) !== undefined, NOT_A_DURATION),
  ),
);

const EnvVar = v.object({ name: v.string(), value: text, valueFrom: anything });

/** A step, as Tekton decodes it. */
export const Step = v.strictObject({
  name: text,
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

const Volume = v.looseObject({ name: v.string() });

/** A task's spec, as Tekton decodes it. */
export const TaskSpec = v.strictObject({
  steps: v.optional(v.nullable(v.array(Step))),
  volumes: v.optional(v.nullable(v.array(Volume))),
  metadata: anything,
  spec: anything,
  description: text,
  displayName: text,
  params: unsupported,
  stepTemplate: unsupported,
  sidecars: unsupported,
  workspaces: unsupported,
  results: unsupported,
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

const PipelineSpec = v.strictObject({
  displayName: text,
  description: text,
  tasks: v.optional(v.nullable(v.array(PipelineTask))),
  params: unsupported,
  workspaces: unsupported,
  results: unsupported,
  finally: unsupported,
});

/** Spec of a PipelineRun, as Tekton decodes it. */
export const RunSpec = v.strictObject({
  status: text,
  pipelineSpec: v.optional(PipelineSpec),
  timeouts: v.optional(v.strictObject({ pipeline: duration, tasks: duration, finally: duration })),
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
