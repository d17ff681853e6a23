import * as v from 'valibot';
import { isLabelKey } from '../platform/labels.ts';
import { ObjectName, SecretName } from '../platform/names.ts';
import { argument, fields, textLike, textThat } from '../platform/schema.ts';

/** Maximum length of a command and of a variable's value, in bytes. Linux limits an argument to 128 KiB. */
export const MAX_ARGUMENT_BYTES = 64 * 1024;

export const EnvName = v.pipe(
  textLike(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/,
    'letters, digits, "_", "-" and ".", not beginning with a digit, at most 256 characters.',
  ),
  v.check(
    (name) => !name.startsWith('TASKBRIDGE_'),
    'Names that begin with TASKBRIDGE_ are reserved for Taskbridge.',
  ),
);

const Key = textLike(/^[-._A-Za-z0-9]{1,253}$/, 'letters, digits, "-", "_" and ".".');
const keyRef = <Name extends typeof ObjectName | typeof SecretName>(name: Name) =>
  fields({ name, key: Key, optional: v.optional(v.boolean()) });
export const FieldPath = textThat(
  isFieldPath,
  `one of metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'], metadata.annotations['KEY'], ` +
    'spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP and status.podIPs.',
);

export const ValueFrom = v.pipe(
  fields({
    secretKeyRef: v.optional(keyRef(SecretName)),
    configMapKeyRef: v.optional(keyRef(ObjectName)),
    fieldRef: v.optional(fields({ fieldPath: FieldPath })),
  }),
  v.check(
    (from) => Object.keys(from).length === 1,
    'Give just one of secretKeyRef, configMapKeyRef and fieldRef.',
  ),
);

export const EnvVar = v.pipe(
  fields({
    name: EnvName,
    value: v.optional(argument(MAX_ARGUMENT_BYTES)),
    valueFrom: v.optional(ValueFrom),
  }),
  v.check(
    ({ value, valueFrom }) => value === undefined || valueFrom === undefined,
    'Give value or valueFrom, not both.',
  ),
);

export type EnvVar = v.InferOutput<typeof EnvVar>;

/** Fields of a pod that have no key. */
export const PLAIN_FIELD_PATHS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

const KEYED = /^metadata\.(?:labels|annotations)\['([^']+)'\]$/;

/** True for a field of the pod that Kubernetes allows in a variable's `fieldRef`. */
export function isFieldPath(path: string): boolean {
  const [, key] = KEYED.exec(path) ?? [];
  return key === undefined ? PLAIN_FIELD_PATHS.includes(path) : isLabelKey(key);
}
