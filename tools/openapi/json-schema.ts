import * as v from 'valibot';
import { type JsonSchema, SHARED } from './shared.ts';

/** Part of a pipe; the package's own types have one for each kind. */
type Part = {
  readonly kind: string;
  readonly type: string;
  readonly requirement?: unknown;
  readonly metadata?: JsonSchema;
};

const Described = v.object({ pipe: v.array(v.custom<Part>((part) => typeof part === 'object')) });
const StrictObject = v.object({ type: v.literal('strict_object'), entries: v.custom<Entries>(isRecord) });
const List = v.object({ type: v.literal('array'), item: v.custom<v.GenericSchema>(isRecord) });
const Optional = v.object({
  type: v.literal('optional'),
  wrapped: v.custom<v.GenericSchema>(isRecord),
  default: v.optional(v.unknown()),
});
const Nullable = v.object({ type: v.literal('nullable'), wrapped: v.custom<v.GenericSchema>(isRecord) });
const Picklist = v.object({ type: v.literal('picklist'), options: v.array(v.string()) });

type Entries = Readonly<Record<string, v.GenericSchema>>;

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Reference to a component. */
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/**
 * JSON Schema of the input of a schema. A shared schema becomes a reference. Throws for a check without an equivalent in
 * JSON Schema or `shared.ts`: the document would allow more than the functions do.
 */
export function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  const shared = SHARED.find((one) => one.schema === schema);
  return shared === undefined ? bareSchemaOf(schema) : refTo(shared.name);
}

/** The same without the reference at the top: what stands behind it. `documented`: its checks are documented elsewhere. */
export function bareSchemaOf(schema: v.GenericSchema, documented = false): JsonSchema {
  const piped = v.safeParse(Described, schema);
  if (!piped.success) return plain(schema);
  const documentedHere = documented || piped.output.pipe.some(({ type }) => type === 'metadata');
  return Object.assign({}, ...piped.output.pipe.map((part) => ofPart(part, documentedHere)));
}

function ofPart(part: Part, documented: boolean): JsonSchema {
  // What `fields` makes begins with a custom check, and has its object behind that.
  const isSchema = part.kind === 'schema' && (part.type !== 'custom' || 'pipe' in part);
  if (isSchema) return jsonSchemaOf(asSchema(part));
  switch (part.type) {
    case 'metadata':
      return part.metadata ?? {};
    case 'regex':
      return { pattern: part.requirement instanceof RegExp ? part.requirement.source : undefined };
    case 'max_length':
      return { maxItems: part.requirement };
    case 'min_length':
      return { minItems: part.requirement };
    case 'transform':
      return {};
    case 'custom':
      // Beside the strict object of `fields`, which says the same.
      return {};
    default:
      if (documented) return {};
      throw new Error(
        `No JSON Schema for the check "${part.type}": name the schema in tools/openapi/shared.ts.`,
      );
  }
}

const asSchema = (part: unknown): v.GenericSchema =>
  v.parse(
    v.custom<v.GenericSchema>((found) => v.is(v.object({ kind: v.literal('schema') }), found)),
    part,
  );

function plain(schema: v.GenericSchema): JsonSchema {
  if (v.is(StrictObject, schema)) return objectOf(v.parse(StrictObject, schema).entries);
  if (v.is(List, schema)) return { type: 'array', items: jsonSchemaOf(v.parse(List, schema).item) };
  if (v.is(Picklist, schema)) return { type: 'string', enum: v.parse(Picklist, schema).options };
  if (v.is(Optional, schema)) return optional(v.parse(Optional, schema));
  if (v.is(Nullable, schema))
    return { anyOf: [jsonSchemaOf(v.parse(Nullable, schema).wrapped), { type: 'null' }] };
  if (schema.type === 'string' || schema.type === 'boolean') return { type: schema.type };
  throw new Error(`No JSON Schema for a schema of type "${schema.type}".`);
}

/** A default beside a reference is JSON Schema's own way since 2020-12. */
function optional({ wrapped, default: value }: v.InferOutput<typeof Optional>): JsonSchema {
  const found = jsonSchemaOf(wrapped);
  if (value === undefined) return found;
  return { ...found, default: found.type === 'integer' ? Number(value) : value };
}

/** Unknown fields are rejected. */
function objectOf(entries: Entries): JsonSchema {
  const names = Object.keys(entries);
  const required = names.filter((name) => entries[name]?.type !== 'optional');
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, jsonSchemaOf(entry)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
