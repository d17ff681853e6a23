import type { WriteContext } from './admit.ts';
import { at, isRecord } from './object.ts';
import type { Registry } from './registry.ts';
import { badRequest } from './status.ts';
import { create, update } from './writes.ts';

/** Kinds that other manifests depend on. */
const FIRST = ['Namespace', 'CustomResourceDefinition'];

const rank = (manifest: unknown): number => (FIRST.includes(String(at(manifest, 'kind'))) ? 0 : 1);

/**
 * Creates or replaces the objects of parsed manifests. Stops at the first error and throws it; earlier objects stay.
 */
export function applyManifests(
  context: WriteContext,
  registry: Registry,
  manifests: readonly unknown[],
): void {
  for (const manifest of [...manifests].sort((one, other) => rank(one) - rank(other))) {
    apply(context, registry, manifest);
  }
}

function apply(context: WriteContext, registry: Registry, manifest: unknown): void {
  const apiVersion = String(at(manifest, 'apiVersion'));
  const kind = String(at(manifest, 'kind'));
  const type = registry.ofKind(apiVersion, kind);
  if (type === undefined || !isRecord(manifest))
    throw badRequest(`no matches for kind "${kind}" in version "${apiVersion}"`);
  const name = String(at(manifest, 'metadata', 'name'));
  const namespace = type.namespaced ? String(at(manifest, 'metadata', 'namespace') ?? 'default') : '';
  if (context.store.get(type, namespace, name) === undefined) {
    create(context, { type, namespace }, manifest, 'Strict');
    return;
  }
  const replace = ({ metadata: { resourceVersion } }: { metadata: { resourceVersion: string } }) => ({
    ...manifest,
    metadata: { ...(isRecord(manifest.metadata) ? manifest.metadata : {}), resourceVersion },
  });
  update(context, { type, namespace, name }, replace, 'Strict');
}
