import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import type { App } from '../apps/app.ts';
import { GROUP, VERSION } from '../platform/labels.ts';
import type { JobSpec } from './job.ts';
import { bothOf, toSpecPatch } from './repository-records.ts';

export const asMergePatch = () => setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/**
 * Patch of the spec of the Job with this uid. A merge patch would merge a trigger's pattern with the old one field by field,
 * so a patch with a trigger is a JSON patch, which replaces the trigger as a whole.
 */
export function changeOf(uid: string, spec: ReturnType<typeof toSpecPatch>) {
  if (!spec.trigger) {
    const schedule = spec.schedule && { ...spec.schedule, ...bothOf(spec.schedule) };
    return [{ metadata: { uid }, spec: { ...spec, schedule } }, asMergePatch()] as const;
  }
  const changed = Object.entries(spec).filter(([, value]) => value !== undefined);
  const operations = [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...changed.map(([field, value]) => ({ op: 'add', path: `/spec/${field}`, value })),
  ];
  return [operations, setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)] as const;
}

/** A Job with all its owners: a patch of the list must keep those that are not Taskbridge's. */
export const Owned = v.object({
  metadata: v.object({
    resourceVersion: v.string(),
    ownerReferences: v.optional(v.array(v.looseObject({ apiVersion: v.string(), kind: v.string() })), []),
  }),
});

/** Owners of a Job with `app` in place of the App among them; `undefined` for a Job that no App owns. */
export function ownedBy(app: App, { metadata: { ownerReferences } }: v.InferOutput<typeof Owned>) {
  const isApp = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): boolean =>
    kind === 'App' && apiVersion.startsWith(`${GROUP}/`);
  if (!ownerReferences.some(isApp)) return undefined;
  return [...ownerReferences.filter((owner) => !isApp(owner)), ownerOf(app)];
}

/** Patch that replaces the spec of the Job with this uid, while it is of the app that the spec names. */
export function replacementOf(uid: string, spec: JobSpec) {
  const operations = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/spec/app', value: spec.app },
    { op: 'replace', path: '/spec', value: toSpecPatch(spec) },
  ];
  return [operations, setHeaderOptions('Content-Type', PatchStrategy.JsonPatch)] as const;
}

const ownerOf = ({ name, uid }: App) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  ...{ kind: 'App', name, uid, controller: true },
});

/** Object that creates a Job of an app. */
export const toObject = (app: App, name: string, spec: JobSpec, annotations: Record<string, string>) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: 'Job',
  metadata: {
    name,
    namespace: app.space,
    annotations,
    ownerReferences: [ownerOf(app)],
  },
  spec: toSpecPatch(spec),
});
