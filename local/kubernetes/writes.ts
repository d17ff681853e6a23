import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { admit, type WriteContext } from './admit.ts';
import { decode, type FieldValidation } from './decode.ts';
import { keptMetadata, newMetadata, present } from './metadata.ts';
import type { Draft, KubeObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import { NAMESPACES } from './resources.ts';
import {
  ApiError,
  alreadyExists,
  badRequest,
  forbidden,
  invalid,
  invalidValue,
  modified,
  notFound,
} from './status.ts';
import type { Store } from './store.ts';

export type Target = {
  readonly type: ResourceType;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: string | undefined;
};

export type Written = { readonly object: KubeObject; readonly warnings: readonly string[] };

/** Characters of generated names, as in apimachinery: no vowels, so no words. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

const randomSuffix = (): string =>
  Array.from({ length: 5 }, () => NAME_LETTERS[randomInt(NAME_LETTERS.length)]).join('');

/** Creates an object. Throws 409 if the name is taken, 404 or 403 for the namespace, 400 or 422 for the object. */
export function create(
  context: WriteContext,
  { type, namespace }: Pick<Target, 'type' | 'namespace'>,
  body: unknown,
  validation: FieldValidation,
): Written {
  const { object: sent, warnings } = decode(type, body, validation);
  const { resourceVersion, name, generateName } = sent.metadata;
  checkNamespace(sent, namespace);
  if (resourceVersion)
    throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
  const finalName = name || (generateName ? `${generateName}${randomSuffix()}` : '');
  if (type.namespaced) openNamespace(context.store, type, namespace, finalName);
  const metadata = newMetadata({
    ...sent.metadata,
    name: finalName,
    namespace: namespace || undefined,
    generation: type.custom ? 1 : undefined,
  });
  const { status: _, ...withoutStatus } = sent;
  const draft = { ...('status' in type.subresources ? withoutStatus : sent), metadata };
  const checked = admit(context, type, draft, undefined);
  const made = context.store.create(type, { ...checked, metadata: newMetadata(checked.metadata) });
  if (made === undefined) throw alreadyExists(type, finalName);
  return { object: made, warnings };
}

/**
 * Updates an object. `change` returns the new object from the stored one. Throws 404, 409 for an old resourceVersion,
 * 400 or 422 for the new object. An update without a change is not written.
 */
export function update(
  context: WriteContext,
  target: Target,
  change: (old: KubeObject) => unknown,
  validation: FieldValidation,
): Written {
  const { type, namespace, subresource } = target;
  const old = find(context.store, target);
  const { object: sent, warnings } = decode(type, change(old), validation);
  checkNamespace(sent, namespace);
  checkIdentity(target, sent, old);
  const { status, ...rest } = sent;
  const { status: oldStatus, ...oldRest } = old;
  const draft =
    subresource === 'status'
      ? { ...oldRest, ...present({ status }) }
      : { ...rest, ...present({ status: 'status' in type.subresources ? oldStatus : status }) };
  const metadata = subresource === 'status' ? old.metadata : keptMetadata(sent, old);
  const checked = admit(context, type, { ...draft, metadata }, old, subresource);
  const object = { ...checked, metadata: keptMetadata(checked, old) };
  return { object: write(context.store, type, object, old), warnings };
}

function write(store: Store, type: ResourceType, object: KubeObject, old: KubeObject): KubeObject {
  if (isDeepStrictEqual(plain(object), plain(old))) return old;
  const { metadata, status: _, ...content } = object;
  const { metadata: __, status: ___, ...oldContent } = old;
  const { generation } = old.metadata;
  const raised =
    generation === undefined || isDeepStrictEqual(plain(content), plain(oldContent))
      ? {}
      : { generation: generation + 1 };
  const written = store.replace(type, { ...object, metadata: { ...metadata, ...raised } });
  if (written === undefined) throw notFound(type, metadata.name);
  const { deletionTimestamp, finalizers = [] } = written.metadata;
  // The last finalizer of an object that is being deleted was removed; a namespace is removed once it is empty.
  if (deletionTimestamp !== undefined && type !== NAMESPACES && finalizers.length === 0) {
    store.remove(type, written);
  }
  return written;
}

/** Value as it is read back: without undefined fields. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Returns the stored object. Throws 404. */
export function find(store: Store, { type, namespace, name }: Target): KubeObject {
  const found = store.get(type, namespace, name);
  if (found === undefined) throw notFound(type, name);
  return found;
}

function checkNamespace({ metadata }: Draft, namespace: string): void {
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Throws unless the namespace exists and is not being deleted. */
function openNamespace(store: Store, type: ResourceType, namespace: string, name: string): void {
  const found = store.get(NAMESPACES, '', namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const { group, plural } = type;
  const what = `${plural}${group === '' ? '' : `.${group}`} "${name}"`;
  const cause = {
    reason: 'NamespaceTerminating',
    field: 'metadata.namespace',
    message: `namespace ${namespace} is being terminated`,
  };
  throw forbidden(
    `${what} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    { name, group, kind: plural },
    [cause],
  );
}

function checkIdentity({ type, name, subresource }: Target, { metadata }: Draft, old: KubeObject): void {
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name})`,
    );
  }
  if (!metadata.resourceVersion) {
    if (!type.custom) return;
    throw invalid({ group: type.group, kind: type.plural }, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  if (metadata.resourceVersion !== old.metadata.resourceVersion) throw modified(type, name);
  // An update of the status keeps the stored metadata.
  if (subresource !== 'status' && metadata.uid && metadata.uid !== old.metadata.uid) {
    throw invalid(type, name, [invalidValue('metadata.uid', metadata.uid, 'field is immutable')]);
  }
}
