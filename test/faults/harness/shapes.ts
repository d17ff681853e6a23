import fc from 'fast-check';
import { isRecord } from '../../../local/kubernetes/object.ts';
import { openApi } from '../../support/openapi.ts';
import { anyCron } from '../../support/random-cron.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Values of components, and of fields as `.app`, that JSON Schema can't express: names of existing objects. */
export type Given = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const ENV_VALUE = fc.constantFrom('b', '안녕', '$(date) $$', '', 'a\'b"c\n');

const TOLD_IN_WORDS: Given = {
  Cron: fc.oneof(anyCron, fc.constantFrom('@daily', '0 2 * * *', '0 12 * * mon-fri')),
  TimeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
  Size: fc.constantFrom<unknown>('256M', '1G', '256Mi', 4_194_304),
  Cpu: fc.constantFrom<unknown>('500m', '0.5', 2, 0.25),
  Duration: fc.constantFrom('0s', '30m', '1h30m', '90s'),
  Image: fc.constantFrom('busybox:1', 'registry.example:5000/team/billing', `a/b@sha256:${'0'.repeat(64)}`),
  FieldPath: fc.constantFrom('metadata.name', "metadata.labels['team']", 'status.podIP'),
  LabelKey: fc.constantFrom('team', 'example.org/team', 'a.b-c_d'),
  EnvVar: fc.record({ name: fc.constantFrom('A', 'PATH', 'a.b-c', 'Z_9'), value: ENV_VALUE }),
};

/** More entries of a list than these show nothing new. */
const MAX_ENTRIES = 3;

/** Values that a schema of the OpenAPI document takes, or nearly: a field may hold what only the code refuses. */
export function valuesOf(schema: unknown, given: Given): fc.Arbitrary<unknown> {
  if (!isRecord(schema)) return fc.constant(undefined);
  const { $ref, anyOf, enum: choices, type } = schema;
  if (typeof $ref === 'string') return ofComponent($ref.split('/').at(-1) ?? '', given);
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((one) => valuesOf(one, given)));
  if (Array.isArray(choices)) return fc.constantFrom<unknown>(...choices);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: numberAt(schema, 'minimum', 0), max: numberAt(schema, 'maximum', 1_000) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.uniqueArray(valuesOf(schema.items, given), {
        minLength: numberAt(schema, 'minItems', 0),
        maxLength: MAX_ENTRIES,
        selector: (entry) => (isRecord(entry) ? entry.name : entry),
      });
    case 'object':
      return objectsOf(schema, given);
    default:
      throw new Error(`No values of a schema ${JSON.stringify(schema)}.`);
  }
}

function ofComponent(name: string, given: Given): fc.Arbitrary<unknown> {
  const known = given[name] ?? TOLD_IN_WORDS[name];
  if (known !== undefined) return known;
  const { schemas } = openApi.components;
  return valuesOf(Object.entries(schemas).find(([key]) => key === name)?.[1], given);
}

function objectsOf(schema: Schema, given: Given): fc.Arbitrary<unknown> {
  const { properties, propertyNames, additionalProperties, required } = schema;
  if (!isRecord(properties)) {
    const keys = valuesOf(propertyNames, given).map(String);
    return fc.dictionary(keys, valuesOf(additionalProperties, given), { maxKeys: MAX_ENTRIES });
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, given[`.${name}`] ?? valuesOf(field, given)]),
  );
  const needed = namesIn(required);
  const choices = Array.isArray(schema.oneOf)
    ? schema.oneOf.map((one) => namesIn(isRecord(one) && one.required))
    : [];
  if (choices.length === 0) return fc.record(fields, { requiredKeys: needed });
  return fc.oneof(
    ...choices.map((chosen) => {
      const others = choices.flat().filter((name) => !chosen.includes(name));
      const own = Object.fromEntries(Object.entries(fields).filter(([name]) => !others.includes(name)));
      return fc.record(own, { requiredKeys: [...needed, ...chosen] });
    }),
  );
}

const namesIn = (required: unknown): string[] => (Array.isArray(required) ? required.map(String) : []);

/** Longest text made from a pattern; mutations make longer ones. */
const LONGEST = 60;

function textsOf({ pattern, example, maxLength }: Schema): fc.Arbitrary<unknown> {
  const examples = typeof example === 'string' ? [fc.constant(example)] : [];
  if (typeof pattern !== 'string') return fc.oneof(...examples, fc.string({ maxLength: LONGEST }));
  const longest = typeof maxLength === 'number' ? Math.min(maxLength, LONGEST) : LONGEST;
  const made = fc.stringMatching(new RegExp(pattern)).map((text) => text.slice(0, longest));
  return fc.oneof(...examples, made);
}

const numberAt = (schema: Schema, field: string, other: number): number => {
  const value = schema[field];
  return typeof value === 'number' ? value : other;
};
