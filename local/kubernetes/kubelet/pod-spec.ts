import * as v from 'valibot';
import type { KubeObject } from '../object.ts';

const KeyRef = v.object({
  name: v.optional(v.string(), ''),
  key: v.string(),
  optional: v.nullish(v.boolean()),
});
const SourceRef = v.object({ name: v.optional(v.string(), ''), optional: v.nullish(v.boolean()) });

const EnvVar = v.object({
  name: v.string(),
  value: v.optional(v.string()),
  valueFrom: v.optional(
    v.object({
      fieldRef: v.optional(v.object({ fieldPath: v.string() })),
      secretKeyRef: v.optional(KeyRef),
      configMapKeyRef: v.optional(KeyRef),
    }),
  ),
});
export type EnvVar = v.InferOutput<typeof EnvVar>;

const EnvFrom = v.object({
  prefix: v.optional(v.string(), ''),
  secretRef: v.optional(SourceRef),
  configMapRef: v.optional(SourceRef),
});
export type EnvFrom = v.InferOutput<typeof EnvFrom>;

const Item = v.object({ key: v.string(), path: v.string() });

const Volume = v.object({
  name: v.string(),
  secret: v.optional(
    v.object({
      secretName: v.string(),
      items: v.optional(v.array(Item)),
      optional: v.nullish(v.boolean()),
    }),
  ),
  configMap: v.optional(
    v.object({ name: v.string(), items: v.optional(v.array(Item)), optional: v.nullish(v.boolean()) }),
  ),
  emptyDir: v.optional(v.unknown()),
});
export type Volume = v.InferOutput<typeof Volume>;

const Mount = v.object({ name: v.string(), mountPath: v.string() });

const Container = v.object({
  name: v.string(),
  image: v.string(),
  command: v.array(v.string()),
  args: v.optional(v.array(v.string()), []),
  env: v.optional(v.array(EnvVar), []),
  envFrom: v.optional(v.array(EnvFrom), []),
  volumeMounts: v.optional(v.array(Mount), []),
  workingDir: v.optional(v.string()),
  readinessProbe: v.optional(
    v.object({
      exec: v.object({ command: v.array(v.string()) }),
      periodSeconds: v.optional(v.number(), 10),
    }),
  ),
});
export type Container = v.InferOutput<typeof Container>;

const PodSpec = v.object({
  containers: v.pipe(v.array(Container), v.minLength(1)),
  volumes: v.optional(v.array(Volume), []),
  serviceAccountName: v.optional(v.string(), 'default'),
  nodeName: v.string(),
});
export type PodSpec = v.InferOutput<typeof PodSpec>;

/** The part of a pod's spec that is supported here. */
export const podSpecOf = ({ spec }: KubeObject): PodSpec => v.parse(PodSpec, spec);
