import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as v from 'valibot';
import { DomainError, invalid } from '../platform/errors.ts';
import { isTooDeep, lossIn, MAX_DEPTH } from '../platform/json.ts';
import { fields, type Parsed, parse } from '../platform/schema.ts';
import { IdempotencyKey } from '../tasks/run.ts';
import { type Caller, callerOf } from './caller.ts';

/** Schema of a part that must be empty: an unknown parameter is rejected, not ignored. */
export const emptySchema = fields({});

/** Schema of the path parameters: with the space that the request is about, or without one. */
export type PathSchema = v.GenericSchema<unknown, { readonly space?: string }>;

/** Schemas of the parts of a request. */
export type RequestSchemas<
  P extends PathSchema = PathSchema,
  Q extends v.GenericSchema = v.GenericSchema,
  B extends v.GenericSchema = v.GenericSchema,
> = {
  readonly path: P;
  readonly query: Q;
  readonly body: B;
};

/** A parsed request. */
export type Request<P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema> = {
  readonly path: v.InferOutput<P>;
  readonly query: v.InferOutput<Q>;
  readonly body: v.InferOutput<B>;
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
};

/**
 * Parses a request. The caller's right to the space comes first, so that an unauthorized caller learns nothing about the
 * other parts. Throws `forbidden`, `invalid` with all wrong fields of a part, `malformed` and `tooLarge`.
 */
export function parseRequest<P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema>(
  { path, query, body }: RequestSchemas<P, Q, B>,
  event: APIGatewayProxyEventV2,
): Request<P, Q, B> {
  const caller = callerOf(event);
  const inPath = unwrap(parse(path, event.pathParameters ?? {}, 'path'));
  if (inPath.space !== undefined && !caller.mayUse(inPath.space)) {
    throw new DomainError(
      'forbidden',
      `The claim "spaces" of your token does not name space "${inPath.space}".`,
    );
  }
  return {
    caller,
    path: inPath,
    query: unwrap(parse(query, event.queryStringParameters ?? {}, 'query')),
    idempotencyKey: unwrap(parse(IdempotencyKey, event.headers['idempotency-key'], 'Idempotency-Key')),
    body: unwrap(parse(body, jsonBody(event.body, event.isBase64Encoded), 'body')),
  };
}

function unwrap<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw invalid(...parsed.errors);
}

/** Maximum size of a body, in bytes. An etcd request may have 1.5 MB, and a run holds the app's environment twice. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The JSON value of a body; an absent or blank one is an empty object. Throws `tooLarge`, and `malformed` for a body that
 * is not JSON in UTF-8, or nested too deep; `invalid` for a number that would be rounded, and a field that is there twice.
 */
export function jsonBody(body: string | undefined, isBase64Encoded: boolean): unknown {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new DomainError(
      'tooLarge',
      `The body has ${bytes.length} bytes; at most ${MAX_BODY_BYTES} are allowed.`,
    );
  }
  const text = decodeBody(bytes);
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (isTooDeep(value)) {
    throw new DomainError(
      'malformed',
      `The body is nested too deep: its lists and objects may have ${MAX_DEPTH} levels.`,
    );
  }
  const loss = lossIn(text);
  if (loss !== undefined) throw invalid({ ...loss, field: loss.field || 'body' });
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DomainError(
      'malformed',
      `The body is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Decodes UTF-8. Throws `malformed` for other bytes: a replacement character is not what the client sent. */
function decodeBody(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DomainError('malformed', 'The body is not UTF-8.');
  }
}
