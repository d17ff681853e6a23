import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { isUnrecorded, type Push, pushesOf, toHistory } from '../builds/pushes.ts';
import { Metadata } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import { Name } from '../platform/names.ts';
import { Timestamp, toRfc3339 } from '../platform/quantities.ts';
import { parse } from '../platform/schema.ts';
import { type App, type AppConditionUpdate, AppSpec, Image, type InvalidApp, serializeApp } from './app.ts';
import type { BuildUpdate } from './apps.ts';

const Condition = v.looseObject({
  type: v.string(),
  status: v.string(),
  message: v.optional(v.string()),
  observedGeneration: v.optional(v.number()),
  lastTransitionTime: v.optional(v.string()),
});

const Build = v.object({
  name: Name,
  id: v.string(),
  sha256: v.string(),
  state: v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled']),
  reason: v.optional(v.string()),
  message: v.optional(v.string()),
  createdAt: Timestamp,
  finishedAt: v.optional(Timestamp),
});

const Built = v.object({
  image: Image,
  build: v.optional(v.string()),
  id: v.optional(v.string()),
  processes: v.optional(v.array(v.string()), []),
});

// Unrecognised status fields are ignored, each part by itself.
const Conditions = v.fallback(v.object({ conditions: v.optional(v.array(Condition), []) }), {
  conditions: [],
});
const StatusBuild = v.fallback(v.object({ build: v.optional(Build) }), {});
const StatusPushes = v.fallback(v.object({ pushes: v.optional(v.unknown()) }), {});
const StatusImage = v.fallback(v.object({ image: v.optional(Built) }), {});

const AppObject = v.object({
  metadata: Metadata,
  spec: v.optional(v.unknown()),
  status: v.optional(v.unknown(), {}),
});

/** The object that creates an App. */
export const toObject = (space: string, name: string, spec: AppSpec, nonce: string) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: 'App',
  metadata: {
    name,
    namespace: space,
    annotations: { [ANNOTATION.nonce]: nonce, ...pushAnnotation(spec, 1, []) },
  },
  spec: serializeApp(spec),
});

/** The App that an object of the cluster holds. */
export function toApp(object: unknown): App | InvalidApp {
  const { metadata, spec, status } = v.parse(AppObject, object);
  const { namespace: space, name, uid, creationTimestamp: createdAt, generation } = metadata;
  const { build } = v.parse(StatusBuild, status);
  const { image } = v.parse(StatusImage, status);
  const parsed = parse(AppSpec, spec, 'spec');
  const recorded = [v.parse(StatusPushes, status).pushes, metadata.annotations[ANNOTATION.pushes]].map(
    toHistory,
  );
  const pushed = parsed.ok ? parsed.value : {};
  const stored = {
    ...{ space, name, uid, createdAt },
    ...(metadata.deletionTimestamp === undefined ? {} : { deleting: true as const }),
    bindings: bindingsOf(generation, status),
    ...readinessIn(generation, status),
    pushes: pushesOf(pushed, recorded),
    ...(isUnrecorded(pushed, recorded) ? { isUnrecorded: true as const } : {}),
    ...(build === undefined ? {} : { build }),
    ...(image === undefined ? {} : { built: image }),
  };
  return parsed.ok ? { ...stored, spec: parsed.value } : { ...stored, problems: parsed.errors };
}

/** History of pushes up to this one, as an annotation. Its generation is that of the App once it is written. */
function pushAnnotation(spec: AppSpec, generation: number, before: readonly Push[]) {
  const pushes = pushesOf(spec, [{ generation, pushes: [...before] }]);
  return { [ANNOTATION.pushes]: JSON.stringify({ generation, pushes }) };
}

/** The fields that replace those of an App of the cluster. */
export function toReplacement(old: unknown, spec: AppSpec) {
  const { metadata } = v.parse(AppObject, old);
  const pushed = pushAnnotation(spec, metadata.generation + 1, toApp(old).pushes);
  return { annotations: { ...metadata.annotations, ...pushed }, spec: serializeApp(spec) };
}

/**
 * State of an App's bindings by its condition `BindingsReady`. `stale` also where a second spec has no condition yet: an
 * interrupted push may have left the Secret of the spec before.
 */
export function bindingsOf(generation: number, status: unknown): App['bindings'] {
  const found = v.parse(Conditions, status).conditions.find(({ type }) => type === 'BindingsReady');
  if (found === undefined) return generation > 1 ? 'stale' : undefined;
  if (found.observedGeneration !== generation) return 'stale';
  return found.status === 'True' ? 'ready' : 'notReady';
}

/** Fields of an App from its condition `Ready`, which only an App has that is or was invalid. */
function readinessIn(generation: number, status: unknown): Pick<App, 'blockingReason' | 'readyIsStale'> {
  const found = v.parse(Conditions, status).conditions.find(({ type }) => type === 'Ready');
  if (found === undefined) return {};
  return {
    ...(found.status === 'False' ? { blockingReason: found.message } : {}),
    ...(found.observedGeneration === generation ? {} : { readyIsStale: true }),
  };
}

/** Patch that sets a condition of an App; `undefined` where the object is another App or its spec has changed. */
export function conditionPatch(
  app: App | InvalidApp,
  object: unknown,
  type: 'BindingsReady' | 'Ready',
  { ready, reason, message }: AppConditionUpdate,
  now: Date,
) {
  const { metadata, spec, status: stored } = v.parse(AppObject, object);
  if (metadata.uid !== app.uid || !hasSpecOf(app, spec)) return undefined;
  const { conditions } = v.parse(Conditions, stored);
  const old = conditions.find((condition) => condition.type === type);
  const status = ready ? 'True' : 'False';
  const condition = {
    ...{ type, status, reason, message },
    observedGeneration: metadata.generation,
    lastTransitionTime: (old?.status === status && old.lastTransitionTime) || toRfc3339(now),
  };
  return {
    metadata: { resourceVersion: metadata.resourceVersion },
    status: { conditions: [...conditions.filter((one) => one !== old), condition] },
  };
}

/**
 * Patch that sets build and image of an App, and its pushes so far; `undefined` where the object is another App or was
 * pushed since. Without `build` it has none.
 */
export function buildPatch(app: App, object: unknown, { build, image }: BuildUpdate) {
  const { metadata } = v.parse(AppObject, object);
  const { pushes } = toApp(object);
  if (metadata.uid !== app.uid || !isDeepStrictEqual(pushes, app.pushes)) return undefined;
  return {
    metadata: { resourceVersion: metadata.resourceVersion },
    // null removes a field of the previous build or image that this one lacks.
    status: {
      build: build ? { reason: null, message: null, finishedAt: null, ...withoutUndefined(build) } : null,
      ...(image === undefined ? {} : { image: { build: null, id: null, ...withoutUndefined(image) } }),
      pushes: { generation: metadata.generation, pushes },
    },
  };
}

const withoutUndefined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function hasSpecOf(app: App | InvalidApp, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  if ('spec' in app) return parsed.ok && isDeepStrictEqual(parsed.value, app.spec);
  return !parsed.ok && isDeepStrictEqual(parsed.errors, app.problems);
}
