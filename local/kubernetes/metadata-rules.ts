import type { Draft } from './object.ts';
import { type Cause, invalidValue, required, tooLong } from './status.ts';

/** Limit in bytes of an object's annotations. */
const ANNOTATIONS_BYTES = 256 * 1024;

const LABEL_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const KEY_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const QUALIFIED_RULE =
  "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Name syntax of a kind: a path segment in RBAC, a DNS label for a namespace, else a DNS subdomain. */
export type NameRule = 'subdomain' | 'label' | 'path';

/** Validation errors of an object's metadata. */
export function metadataCauses({ metadata }: Draft, rule: NameRule): Cause[] {
  return [
    ...nameCauses(metadata.name ?? '', rule),
    ...labelCauses(metadata.labels ?? {}),
    ...annotationCauses(metadata.annotations ?? {}),
    ...ownerCauses(metadata.ownerReferences ?? []),
  ];
}

function nameCauses(name: string, rule: NameRule): Cause[] {
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  const bad = (message: string) => [invalidValue('metadata.name', name, message)];
  if (rule === 'path') {
    if (name === '.' || name === '..') return bad(`may not be '${name}'`);
    return /[/%]/.test(name) ? bad("may not contain '/'") : [];
  }
  const [longest, pattern, message] =
    rule === 'label'
      ? ([63, DNS_LABEL, DNS_LABEL_RULE] as const)
      : ([253, SUBDOMAIN, SUBDOMAIN_RULE] as const);
  if (name.length > longest) return bad(`must be no more than ${longest} characters`);
  return pattern.test(name) ? [] : bad(message);
}

function labelCauses(labels: Readonly<Record<string, string>>): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyCauses('metadata.labels', key),
    ...(value.length > 63
      ? [invalidValue('metadata.labels', value, 'must be no more than 63 characters')]
      : value === '' || LABEL_PART.test(value)
        ? []
        : [invalidValue('metadata.labels', value, VALUE_RULE)]),
  ]);
}

function keyCauses(field: string, key: string): Cause[] {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return [invalidValue(field, key, QUALIFIED_RULE)];
  if (parts.length === 2 && !SUBDOMAIN.test(parts[0] ?? '')) {
    return [invalidValue(field, key, `prefix part ${SUBDOMAIN_RULE}`)];
  }
  if (name.length > 63) return [invalidValue(field, key, 'name part must be no more than 63 characters')];
  return LABEL_PART.test(name) ? [] : [invalidValue(field, key, KEY_RULE)];
}

function annotationCauses(annotations: Readonly<Record<string, string>>): Cause[] {
  const entries = Object.entries(annotations);
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return [
    ...entries.flatMap(([key]) => keyCauses('metadata.annotations', key.toLowerCase())),
    ...(bytes > ANNOTATIONS_BYTES ? [tooLong('metadata.annotations', ANNOTATIONS_BYTES)] : []),
  ];
}

type Owners = NonNullable<Draft['metadata']['ownerReferences']>;

function ownerCauses(owners: Owners): Cause[] {
  const empty = owners.flatMap((owner) =>
    (['apiVersion', 'uid', 'kind', 'name'] as const)
      .filter((field) => owner[field] === '')
      .map((field) => invalidValue(`metadata.ownerReferences.${field}`, '', 'must not be empty')),
  );
  const controllers = owners.filter(({ controller }) => controller === true);
  if (controllers.length < 2) return empty;
  const names = controllers.map(({ kind, name }) => `${kind}/${name}`).join(' and ');
  const message = `Only one reference can have Controller set to true. Found "true" in references for ${names}`;
  return [...empty, invalidValue('metadata.ownerReferences', owners, message)];
}
