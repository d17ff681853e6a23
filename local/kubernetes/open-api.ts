import * as v from 'valibot';
import { isRecord } from './object.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';

/** Index of the OpenAPI documents, one a group and version. */
export const openApiIndex = (types: readonly ResourceType[]) => ({
  paths: Object.fromEntries(
    types.map((type) => {
      const path = pathOf(type);
      return [path, { serverRelativeURL: `/openapi/v3/${path}` }];
    }),
  ),
});

const pathOf = ({ group, version }: ResourceType): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/**
 * The parts of the OpenAPI document of a group and version that kubectl reads: `create`, `apply` and `diff` that the server
 * validates fields and knows dry runs, `explain` the schemas. `undefined` where nothing is served at this path.
 */
export async function openApiDocument(path: string, types: readonly ResourceType[]): Promise<unknown> {
  const found = types.filter((type) => pathOf(type) === path);
  const [first] = found;
  if (first === undefined) return undefined;
  const schemas = new Map<string, unknown>();
  for (const type of found) await addKind(schemas, type);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: apiVersionOf(first) },
    paths: Object.fromEntries(found.map((type) => operationsOf(path, type))),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function operationsOf(path: string, { group, version, kind, plural, namespaced }: ResourceType) {
  const gvk = { 'x-kubernetes-group-version-kind': { group, version, kind } };
  const parameters = ['dryRun', 'fieldValidation'].map((name) => ({
    ...{ name, in: 'query', schema: { type: 'string' } },
  }));
  return [
    `/${path}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`,
    {
      get: { responses: {}, 'x-kubernetes-action': 'get', ...gvk },
      patch: { parameters, responses: {}, 'x-kubernetes-action': 'patch', ...gvk },
    },
  ];
}

const DOCUMENTS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** Fields of each custom resource, in the API server's words. */
const OF_EVERY_OBJECT = {
  apiVersion: {
    description: `APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: ${DOCUMENTS}#resources`,
    type: 'string',
  },
  kind: {
    description: `Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: ${DOCUMENTS}#types-kinds`,
    type: 'string',
  },
};

/** Adds the schema of a kind: that of its CRD, or the one of the client's model. */
async function addKind(schemas: Map<string, unknown>, type: ResourceType): Promise<void> {
  const { group, version, kind, custom, schema, fields = [] } = type;
  const gvk = { 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
  if (!custom) {
    const name = await addModel(schemas, modelOf(kind));
    schemas.set(name, { ...asRecord(schemas.get(name)), ...gvk });
    return;
  }
  const metadata = {
    description: `Standard object's metadata. More info: ${DOCUMENTS}#metadata`,
    allOf: [referenceTo(await addModel(schemas, 'V1ObjectMeta'))],
  };
  const own = schema?.properties ?? Object.fromEntries(fields.map((field) => [field, { type: 'object' }]));
  const properties = { ...asRecord(own), ...OF_EVERY_OBJECT, metadata };
  schemas.set(kind, { type: 'object', ...schema, properties, ...gvk });
}

const asRecord = (value: unknown) => (isRecord(value) ? value : {});
const referenceTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Name of a kind's model in the client, which has two kinds of events. */
const modelOf = (kind: string): string => (kind === 'Event' ? 'CoreV1Event' : `V1${kind}`);

/** `ObjectMeta` of `V1ObjectMeta`. */
const nameOf = (model: string): string => model.replace(/^[A-Z][a-z]*V1(?=[A-Z])|^V1(?=[A-Z])/, '');

const Attributes = v.array(v.object({ baseName: v.string(), type: v.string() }));

const Model = v.record(
  v.string(),
  v.custom<{ getAttributeTypeMap(): unknown }>(
    (model) => typeof model === 'function' && 'getAttributeTypeMap' in model,
  ),
);

/** Fields of a model of the client. Its index loads all of them, which takes a second; so each is loaded alone. */
async function attributesOf(model: string): Promise<v.InferOutput<typeof Attributes>> {
  const module: unknown = await import(`@kubernetes/client-node/dist/gen/models/${model}.js`);
  return v.parse(Attributes, v.parse(Model, { ...asRecord(module) })[model]?.getAttributeTypeMap());
}

const DESCRIPTION =
  'The local cloud has no descriptions of the fields of Kubernetes itself: see https://kubernetes.io/docs/reference/kubernetes-api/';

/**
 * Adds the schema of a model of Kubernetes' client, with those that it refers to, and returns its name. Models have the names
 * and types of all fields, and no descriptions.
 */
async function addModel(schemas: Map<string, unknown>, model: string): Promise<string> {
  const name = nameOf(model);
  if (schemas.has(name)) return name;
  // Before its fields: a model may refer to itself.
  schemas.set(name, {});
  const properties: Record<string, unknown> = {};
  for (const { baseName, type } of await attributesOf(model)) {
    properties[baseName] = await schemaOf(schemas, type);
  }
  schemas.set(name, { description: DESCRIPTION, type: 'object', properties });
  return name;
}

/** Schema of a type as TypeScript writes it: `string`, `Array<V1Container>`, `{ [key: string]: string; }`. */
async function schemaOf(schemas: Map<string, unknown>, type: string): Promise<unknown> {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? [];
  if (item !== undefined) return { type: 'array', items: await schemaOf(schemas, item) };
  const [, value] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  if (value !== undefined) return { type: 'object', additionalProperties: await schemaOf(schemas, value) };
  return SIMPLE[type] ?? { allOf: [referenceTo(await addModel(schemas, type))] };
}

const SIMPLE: Readonly<Record<string, unknown>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  // All numbers of the kinds here are integers.
  number: { type: 'integer' },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: { type: 'string', format: 'int-or-string' },
  any: { type: 'object' },
  object: { type: 'object' },
};
