import * as v from 'valibot';
import { printerColumns } from './columns.ts';
import { type Draft, timestamp } from './object.ts';
import type { ResourceType } from './resource-type.ts';
import { ALL_VERBS, CUSTOM_RESOURCE_DEFINITIONS, STATUS_VERBS } from './resources.ts';
import { invalid, invalidValue, required } from './status.ts';

const Names = v.object({
  plural: v.string(),
  kind: v.string(),
  singular: v.optional(v.string()),
  listKind: v.optional(v.string()),
  shortNames: v.optional(v.array(v.string())),
  categories: v.optional(v.array(v.string())),
});

const Version = v.object({
  name: v.string(),
  served: v.boolean(),
  storage: v.boolean(),
  schema: v.object({ openAPIV3Schema: v.record(v.string(), v.unknown()) }),
  subresources: v.optional(v.object({ status: v.optional(v.unknown()) })),
  additionalPrinterColumns: v.optional(
    v.array(
      v.object({
        name: v.string(),
        type: v.string(),
        jsonPath: v.string(),
        description: v.optional(v.string()),
        format: v.optional(v.string()),
        priority: v.optional(v.number()),
      }),
    ),
    [],
  ),
});

const Spec = v.object({
  group: v.string(),
  scope: v.picklist(['Namespaced', 'Cluster']),
  names: Names,
  versions: v.tuple([Version]),
});

/** Parses the spec of a CRD with one version. Throws 422 with the field that is invalid or not supported here. */
function parse(object: Draft): v.InferOutput<typeof Spec> {
  const parsed = v.safeParse(Spec, object.spec);
  const name = object.metadata.name ?? '';
  const fail = (field: string, value: unknown, message: string) =>
    invalid(CUSTOM_RESOURCE_DEFINITIONS, name, [
      value === undefined ? required(field) : invalidValue(field, value, message),
    ]);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw fail(`spec.${v.getDotPath(issue) ?? ''}`, issue.input, issue.message);
  }
  const { group, names } = parsed.output;
  const expected = `${names.plural}.${group}`;
  if (name !== expected) {
    throw fail('metadata.name', name, `must be spec.names.plural+"."+spec.group`);
  }
  return parsed.output;
}

/** Resource type that a CRD defines. */
export function resourceTypeOf(object: Draft): ResourceType {
  const { group, scope, names, versions } = parse(object);
  const [{ name: version, schema, subresources, additionalPrinterColumns }] = versions;
  return {
    group,
    version,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs: ALL_VERBS,
    subresources: subresources?.status === undefined ? {} : { status: STATUS_VERBS },
    columns: printerColumns(additionalPrinterColumns),
    custom: true,
    schema: schema.openAPIV3Schema,
  };
}

/** CRD with its optional names filled in, and the status of an established one. */
export function withCrdStatus(object: Draft): Draft {
  const { names, versions, ...spec } = parse(object);
  const acceptedNames = {
    ...names,
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
  };
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: timestamp(),
    reason,
    message,
  });
  return {
    ...object,
    spec: { ...spec, versions, names: acceptedNames, conversion: { strategy: 'None' } },
    status: {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames,
      storedVersions: versions.map(({ name }) => name),
    },
  };
}
