import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';
import { Name } from '../platform/names.ts';

/** Caller of a request, as the gateway's authorizer identified it. `mayUse` throws `forbidden` for a claim that is ambiguous. */
export type Caller = { readonly id: string; readonly mayUse: (space: string) => boolean };

/** Not empty: each audit line names its caller. */
const Id = v.pipe(v.string(), v.minLength(1));
const Claims = v.objectWithRest({ sub: Id }, v.unknown());
type Claims = v.InferOutput<typeof Claims>;

/** Results of the authorizers of an HTTP API in `requestContext.authorizer` (payload 2.0). */
const Authorizer = v.union([
  v.object({ iam: v.object({ userArn: Id }) }),
  v.object({ jwt: v.object({ claims: Claims }) }),
]);

const forbidden = (message: string) => new DomainError('forbidden', message);

/**
 * The caller of a request. With IAM the gateway has checked the path, which names the space, against the caller's policies;
 * with JWT the claim `spaces` lists the spaces that the caller may use. Throws `forbidden` for a request without an
 * authorizer.
 */
export function callerOf({ requestContext, headers }: APIGatewayProxyEventV2): Caller {
  // The types of a route without an authorizer have no such field; every route has one.
  const parsed = v.safeParse(
    Authorizer,
    'authorizer' in requestContext ? requestContext.authorizer : undefined,
  );
  if (!parsed.success) throw forbidden('The request has no authorizer: every route needs one.');
  if ('iam' in parsed.output) return { id: parsed.output.iam.userArn, mayUse: () => true };
  const { claims } = parsed.output.jwt;
  let spaces: ReadonlySet<string> | undefined;
  return {
    id: claims.sub,
    mayUse: (space) => {
      spaces ??= new Set(spacesOf(claims, headers.authorization));
      return spaces.has(space);
    },
  };
}

/**
 * Spaces that a token names. The gateway passes a list on as the text `[a b]`, where `["a b"]` and `["a","b"]` are one. So the
 * claim is read from the token itself, which the gateway has verified. Without one a list may have one entry.
 */
function spacesOf(claims: Claims, authorization: string | undefined): readonly string[] {
  if (authorization !== undefined) return entriesOf(payloadOf(authorization, claims).spaces);
  const { spaces } = claims;
  if (typeof spaces !== 'string' || !spaces.startsWith('[')) return entriesOf(spaces);
  const inside = spaces.slice(1, -1);
  if (/\s/.test(inside))
    throw forbidden('The claim "spaces" can\'t be told apart: send the token in the header Authorization.');
  return entriesOf([inside]);
}

/** Names in a claim: a list of texts, or one text with spaces between them. What is no name names no space. */
function entriesOf(claim: unknown): readonly string[] {
  const entries: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return entries.filter((entry) => v.is(Name, entry));
}

const Payload = v.looseObject({});

/** Claims that tell one token from another. */
const IDENTIFYING = ['sub', 'iss', 'exp'] as const;

/** Payload of the token that the gateway has verified. Throws `forbidden` for any other header. */
function payloadOf(authorization: string, claims: Claims): Readonly<Record<string, unknown>> {
  // Two headers arrive as one, with a comma between them.
  const [, encoded] = /^(?:Bearer )?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization) ?? [];
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Payload), decoded(encoded));
  const isVerified = parsed.success && IDENTIFYING.every((name) => isSame(parsed.output[name], claims[name]));
  if (isVerified) return parsed.output;
  throw forbidden('The header Authorization has no token that the gateway has verified.');
}

const decoded = (encoded: string | undefined) => encoded && Buffer.from(encoded, 'base64url').toString();

/** True for a claim and the gateway's text of it, in which a number may be written in another way. */
const isSame = (claim: unknown, text: unknown): boolean =>
  String(claim) === String(text) || (typeof claim === 'number' && claim === Number(text));
