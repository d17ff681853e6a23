import * as v from 'valibot';
import { type KubeObject, timestamp } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import { NAMESPACES, PODS } from './resources.ts';
import { badRequest, forbidden, invalid, preconditionFailed, unsupportedValue } from './status.ts';
import type { Store } from './store.ts';
import { find, type Target } from './writes.ts';

/** Default grace period of a pod in seconds, as in Kubernetes. */
const TERMINATION_GRACE_SECONDS = 30;

const PROPAGATION = ['Foreground', 'Background'];

const Options = v.object({
  propagationPolicy: v.nullish(v.string()),
  gracePeriodSeconds: v.nullish(v.number()),
  dryRun: v.nullish(v.array(v.string())),
  preconditions: v.nullish(v.object({ uid: v.nullish(v.string()), resourceVersion: v.nullish(v.string()) })),
});
export type DeleteOptions = v.InferOutput<typeof Options>;

/** Parses `DeleteOptions` from the body or the query. Throws 400 or 422. */
export function parseDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const parsed = v.safeParse(Options, body ?? {});
  if (!parsed.success) {
    const [{ message }] = parsed.issues;
    throw badRequest(`DeleteOptions: ${v.getDotPath(parsed.issues[0]) ?? ''}: ${message}`);
  }
  const propagationPolicy = query.get('propagationPolicy') ?? parsed.output.propagationPolicy;
  if (propagationPolicy && !PROPAGATION.includes(propagationPolicy)) {
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      unsupportedValue('propagationPolicy', propagationPolicy, PROPAGATION),
    ]);
  }
  const grace = query.get('gracePeriodSeconds');
  return {
    ...parsed.output,
    propagationPolicy,
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}

/** Namespaces that cannot be deleted. */
const KEPT_NAMESPACES = new Set(['default']);

/**
 * Deletes an object; its dependents are deleted in the background. A pod or namespace is only marked: it is removed
 * once its processes or contents are gone, and a second deletion has no effect. Throws 404, and 409 for a failed
 * precondition.
 */
export function deleteObject(store: Store, target: Target, options: DeleteOptions): KubeObject {
  const { type, name } = target;
  const object = find(store, target);
  checkPreconditions(type, object, options);
  if (type === NAMESPACES && KEPT_NAMESPACES.has(name)) {
    throw forbidden(`namespaces "${name}" is forbidden: this namespace may not be deleted`, {
      name,
      kind: 'namespaces',
    });
  }
  return begin(store, type, object, options);
}

function begin(store: Store, type: ResourceType, object: KubeObject, options: DeleteOptions): KubeObject {
  const finalizers = [
    ...(object.metadata.finalizers ?? []),
    ...(options.propagationPolicy === 'Foreground' ? [FOREGROUND] : []),
  ];
  const grace = type === PODS ? (options.gracePeriodSeconds ?? TERMINATION_GRACE_SECONDS) : 0;
  const waits = finalizers.length > 0 || type === NAMESPACES || grace > 0;
  if (!waits) {
    store.remove(type, object);
    return object;
  }
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const marked = {
    ...object,
    ...(type === NAMESPACES ? { status: { phase: 'Terminating' } } : {}),
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(new Date(Date.now() + grace * 1000)),
      ...(type === NAMESPACES ? {} : { deletionGracePeriodSeconds: grace }),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
  };
  return store.replace(type, marked) ?? object;
}

/** Finalizer of an object that waits for its dependents to be deleted. */
export const FOREGROUND = 'foregroundDeletion';

function checkPreconditions(type: ResourceType, { metadata }: KubeObject, { preconditions }: DeleteOptions) {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid && uid !== metadata.uid) {
    throw preconditionFailed(
      type,
      metadata.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    throw preconditionFailed(
      type,
      metadata.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
  }
}
