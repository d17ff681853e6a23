import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import { Metadata } from '../platform/kubernetes/objects.ts';
import { ANNOTATION, GROUP, VERSION } from '../platform/labels.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { parse } from '../platform/schema.ts';
import { type App, type AppConditionUpdate, AppSpec, type InvalidApp, serializeApp } from './app.ts';
import { Image } from './image.ts';

const Condition = v.looseObject({
  type: v.string(),
  status: v.string(),
  message: v.optional(v.string()),
  observedGeneration: v.optional(v.number()),
  lastTransitionTime: v.optional(v.string()),
});

const Build = v.object({
  name: v.string(),
  id: v.string(),
  sha256: v.string(),
  state: v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled']),
  reason: v.optional(v.string()),
  message: v.optional(v.string()),
  createdAt: v.string(),
  finishedAt: v.optional(v.string()),
});

const Built = v.object({
  image: Image,
  build: v.string(),
  processes: v.optional(v.array(v.string()), []),
});

// Unrecognised status fields are ignored, each part by itself.
const Conditions = v.fallback(v.object({ conditions: v.optional(v.array(Condition), []) }), {
  conditions: [],
});
const StatusBuild = v.fallback(v.object({ build: v.optional(Build) }), {});
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
  metadata: { name, namespace: space, annotations: { [ANNOTATION.nonce]: nonce } },
  spec: serializeApp(spec),
});

/** The App that an object of the cluster holds. */
export function toApp(object: unknown): App | InvalidApp {
  const { metadata, spec, status } = v.parse(AppObject, object);
  const { namespace: space, name, uid, creationTimestamp: createdAt, generation } = metadata;
  const { build } = v.parse(StatusBuild, status);
  const { image } = v.parse(StatusImage, status);
  const stored = {
    ...{ space, name, uid, createdAt },
    bindings: bindingsOf(generation, status),
    blockingReason: blockingReasonIn(status),
    ...(build === undefined ? {} : { build }),
    ...(image === undefined ? {} : { built: image }),
  };
  const parsed = parse(AppSpec, spec, 'spec');
  return parsed.ok ? { ...stored, spec: parsed.value } : { ...stored, problems: parsed.errors };
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

/** Message of a condition `Ready` that is False. */
const blockingReasonIn = (status: unknown): string | undefined =>
  v
    .parse(Conditions, status)
    .conditions.find(({ type, status: value }) => type === 'Ready' && value === 'False')?.message;

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

/** Patch that sets the newest build of an App; `undefined` where the object is another App or has another source. */
export function buildPatch(app: App, object: unknown, build: AppBuild, image: BuiltImage | undefined) {
  const { metadata, spec } = v.parse(AppObject, object);
  if (metadata.uid !== app.uid || !hasSourceOf(app, spec)) return undefined;
  return {
    metadata: { resourceVersion: metadata.resourceVersion },
    // null removes a field of the previous build that this one lacks.
    status: {
      build: { reason: null, message: null, finishedAt: null, ...withoutUndefined(build) },
      ...(image === undefined ? {} : { image }),
    },
  };
}

const withoutUndefined = (build: AppBuild) =>
  Object.fromEntries(Object.entries(build).filter(([, value]) => value !== undefined));

function hasSpecOf(app: App | InvalidApp, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  if ('spec' in app) return parsed.ok && isDeepStrictEqual(parsed.value, app.spec);
  return !parsed.ok && isDeepStrictEqual(parsed.errors, app.problems);
}

function hasSourceOf({ spec: { source } }: App, spec: unknown): boolean {
  const parsed = parse(AppSpec, spec, 'spec');
  return parsed.ok && isDeepStrictEqual(parsed.value.source, source);
}
