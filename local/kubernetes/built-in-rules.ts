import { withCrdStatus } from './crd.ts';
import { at, type Draft, isRecord, type KubeObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import { badRequest, type Cause, invalidValue, required, tooLong, unsupportedValue } from './status.ts';

/** Limit in bytes of all values of a Secret or ConfigMap. */
const DATA_BYTES = 1024 * 1024;

/** Keys must be valid file names. */
const CONFIG_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]+$/;
const CONFIG_KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/**
 * Returns a built-in object with the fields that Kubernetes itself fills in. Throws 400 for a Secret whose data is not
 * base64.
 */
export function completed(type: ResourceType, object: Draft, old: KubeObject | undefined): Draft {
  switch (type.kind) {
    case 'Namespace':
      return completedNamespace(object, old);
    case 'Secret':
      checkTexts(object, 'data', 'stringData');
      return completedSecret(object);
    case 'ConfigMap':
      checkTexts(object, 'data', 'binaryData');
      return object;
    case 'CustomResourceDefinition':
      return withCrdStatus(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return completedBinding(object);
    default:
      return object;
  }
}

/** Throws 400 for a field that is not a string. */
function checkTexts({ kind, ...object }: Draft, ...fields: readonly string[]): void {
  for (const field of fields) {
    const values = Object.values(isRecord(object[field]) ? object[field] : {});
    const wrong = values.find((value) => typeof value !== 'string');
    if (wrong === undefined) continue;
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${typeof wrong} into Go struct field ${kind}.${field} of type string`,
    );
  }
}

function completedNamespace(object: Draft, old: KubeObject | undefined): Draft {
  const { metadata } = object;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name ?? '' };
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'] },
    status: old?.status ?? { phase: 'Active' },
  };
}

function completedSecret({ stringData, ...object }: Draft): Draft {
  const data = isRecord(object.data) ? object.data : {};
  for (const value of Object.values(data)) {
    if (typeof value !== 'string' || Buffer.from(value, 'base64').toString('base64') !== value) {
      throw badRequest(
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
      );
    }
  }
  const plain = Object.entries(isRecord(stringData) ? stringData : {}).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...object, data: { ...data, ...Object.fromEntries(plain) }, type: object.type ?? 'Opaque' };
}

/** Adds the API group of a binding's subjects, as the real API server does. */
function completedBinding(object: Draft): Draft {
  if (!Array.isArray(object.subjects)) return object;
  const subjects = object.subjects.map((subject: unknown) =>
    isRecord(subject) && (subject.kind === 'User' || subject.kind === 'Group')
      ? { apiGroup: 'rbac.authorization.k8s.io', ...subject }
      : subject,
  );
  return { ...object, subjects };
}

/** Validation errors of a built-in object. */
export function builtInCauses({ kind }: ResourceType, object: Draft, old: KubeObject | undefined): Cause[] {
  switch (kind) {
    case 'Secret':
      return [...dataCauses(object), ...immutable('type', object, old)];
    case 'ConfigMap':
      return dataCauses(object);
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return [...bindingCauses(object), ...immutable('roleRef', object, old)];
    default:
      return [];
  }
}

function dataCauses({ kind, data, binaryData }: Draft): Cause[] {
  const entries = [data, binaryData].flatMap((part) => Object.entries(isRecord(part) ? part : {}));
  const field = kind === 'Secret' ? 'data' : '[]';
  const bytes = entries.reduce((sum, [, value]) => sum + Buffer.byteLength(String(value)), 0);
  return [
    ...entries
      .filter(([key]) => !CONFIG_KEY.test(key))
      .map(([key]) => invalidValue(`data[${key}]`, key, CONFIG_KEY_RULE)),
    ...(bytes > DATA_BYTES ? [tooLong(field, DATA_BYTES)] : []),
  ];
}

function bindingCauses({ roleRef }: Draft): Cause[] {
  const kind = at(roleRef, 'kind') ?? '';
  const name = at(roleRef, 'name') ?? '';
  return [
    ...(kind === 'Role' || kind === 'ClusterRole'
      ? []
      : [unsupportedValue('roleRef.kind', kind, ['Role', 'ClusterRole'])]),
    ...(name === '' ? [required('roleRef.name')] : []),
  ];
}

function immutable(field: 'type' | 'roleRef', object: Draft, old: KubeObject | undefined): Cause[] {
  if (old === undefined || JSON.stringify(old[field]) === JSON.stringify(object[field])) return [];
  const message = field === 'roleRef' ? 'cannot change roleRef' : 'field is immutable';
  return [invalidValue(field, object[field], message)];
}
