import { isRecord } from './object.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Fields of every object, which no schema needs to define. */
const ROOT = new Set(['apiVersion', 'kind', 'metadata']);

export type Structured = {
  readonly value: Readonly<Record<string, unknown>>;
  /** Paths of unknown fields that were dropped: `spec.env[0].foo`. */
  readonly unknown: readonly string[];
};

/**
 * Applies a structural schema, as the API server does when it decodes a custom resource: drops unknown fields and
 * invalid nulls, and sets defaults.
 */
export function toStructured(schema: Schema, object: Readonly<Record<string, unknown>>): Structured {
  const unknown: string[] = [];
  const value = record(schema, object, '', unknown);
  return { value: withDefaults(schema, value), unknown };
}

function prune(schema: unknown, value: unknown, path: string, unknown: string[]): unknown {
  if (!isRecord(schema)) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => prune(schema.items, item, `${path}[${index}]`, unknown));
  }
  return isRecord(value) ? record(schema, value, path, unknown) : value;
}

function record(schema: Schema, value: Readonly<Record<string, unknown>>, path: string, unknown: string[]) {
  const kept: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(value)) {
    const at = path === '' ? field : `${path}.${field}`;
    if (path === '' && ROOT.has(field)) {
      kept[field] = inner;
      continue;
    }
    const known = schemaOf(schema, field);
    if (known === undefined) unknown.push(at);
    else if (inner !== null || isNullable(known)) kept[field] = prune(known, inner, at, unknown);
  }
  return kept;
}

/** Schema of a field; `true` if any value is allowed, `undefined` for an unknown field. */
function schemaOf(schema: Schema, field: string): unknown {
  const { properties, additionalProperties } = schema;
  const named = isRecord(properties) && Object.hasOwn(properties, field) ? properties[field] : undefined;
  if (named !== undefined) return named;
  if (additionalProperties !== undefined && additionalProperties !== false) return additionalProperties;
  return schema['x-kubernetes-preserve-unknown-fields'] === true ? true : undefined;
}

const isNullable = (schema: unknown): boolean => !isRecord(schema) || schema.nullable === true;

function withDefaults(schema: Schema, value: Readonly<Record<string, unknown>>) {
  const filled: Record<string, unknown> = { ...value };
  for (const [field, inner] of Object.entries(isRecord(schema.properties) ? schema.properties : {})) {
    if (!isRecord(inner)) continue;
    if (filled[field] === undefined && inner.default !== undefined) filled[field] = inner.default;
    filled[field] = defaulted(inner, filled[field]);
    if (filled[field] === undefined) delete filled[field];
  }
  return filled;
}

function defaulted(schema: Schema, value: unknown): unknown {
  const { items } = schema;
  if (Array.isArray(value)) {
    return isRecord(items) ? value.map((item: unknown) => defaulted(items, item)) : value;
  }
  return isRecord(value) ? withDefaults(schema, value) : value;
}
