import * as v from 'valibot';
import { type Draft, DraftSchema, isRecord } from './object.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import { badRequest, invalid, invalidValue } from './status.ts';
import { toStructured } from './structural.ts';

/** Treatment of unknown fields: rejected, reported in a `Warning` header, or dropped silently. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Decoded object, with warnings for the client. */
export type Decoded = { readonly object: Draft; readonly warnings: readonly string[] };

/** Parses a JSON body. Throws 400 with the API server's message. */
export function parseJson(text: string, kind: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const start = text === '' ? '<empty>' : text.slice(0, 1024);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${start})`,
    );
  }
}

/**
 * Decodes an object of a kind: drops unknown fields and sets defaults. Throws 400 for another API version, for wrong
 * types in the metadata and, when `Strict`, for unknown fields; 422 for another kind.
 */
export function decode(type: ResourceType, body: unknown, validation: FieldValidation): Decoded {
  if (!isRecord(body))
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: it is not an object`,
    );
  const parsed = v.safeParse(DraftSchema, body);
  if (!parsed.success) throw cannotBeHandled(type, wrongType(parsed.issues[0]));
  const { output } = parsed;
  if (output.apiVersion !== apiVersionOf(type)) {
    throw badRequest(
      `the API version in the data (${output.apiVersion}) does not match the expected API version (${apiVersionOf(type)})`,
    );
  }
  if (output.kind !== type.kind) throw wrongKind(type, output);
  const { value, unknown } =
    type.schema === undefined ? onlyFields(type, output) : toStructured(type.schema, output);
  const warnings = unknown.map((path) => `unknown field "${path}"`);
  if (validation === 'Strict' && warnings.length > 0) {
    throw cannotBeHandled(type, `strict decoding error: ${warnings.join(', ')}`);
  }
  return { object: v.parse(DraftSchema, value), warnings: validation === 'Warn' ? warnings : [] };
}

function onlyFields({ fields = [] }: ResourceType, object: Draft) {
  const known = new Set(['apiVersion', 'kind', 'metadata', ...fields]);
  const entries = Object.entries(object);
  return {
    value: Object.fromEntries(entries.filter(([field]) => known.has(field))),
    unknown: entries.filter(([field]) => !known.has(field)).map(([field]) => field),
  };
}

function wrongKind({ kind, group, custom }: ResourceType, { kind: sent, apiVersion, metadata }: Draft) {
  if (custom)
    return invalid({ group, kind: sent }, metadata.name ?? '', [
      invalidValue('kind', sent, `must be ${kind}`),
    ]);
  return badRequest(
    `${sent} in version "${apiVersion}" cannot be handled as a ${kind}: converting (${apiVersion}.${sent}) to (${kind}): unknown conversion`,
  );
}

const cannotBeHandled = ({ kind, version }: ResourceType, why: string) =>
  badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);

function wrongType(issue: v.InferIssue<typeof DraftSchema>): string {
  const path = (v.getDotPath(issue) ?? '').replace(/^metadata\./, 'ObjectMeta.');
  const found = Array.isArray(issue.input) ? 'array' : typeof issue.input;
  return `json: cannot unmarshal ${found} into Go struct field ${path} of type ${issue.expected ?? 'unknown'}`;
}

/** Parses `fieldValidation`. Default: Warn, as in Kubernetes. */
export function parseFieldValidation(value: string | null): FieldValidation {
  return value === 'Strict' || value === 'Ignore' ? value : 'Warn';
}
