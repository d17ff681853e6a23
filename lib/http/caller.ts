import * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';

/** Caller of a request, as the gateway's authorizer identified it. Headers and body of the request never decide it. */
export type Caller = { readonly id: string; readonly mayUse: (space: string) => boolean };

/** Not empty: each audit line names its caller. */
const Id = v.pipe(v.string(), v.minLength(1));

/** Results of the authorizers of an HTTP API in `requestContext.authorizer` (payload 2.0). */
const Authorizer = v.union([
  v.object({ iam: v.object({ userArn: Id }) }),
  v.object({ jwt: v.object({ claims: v.objectWithRest({ sub: Id }, v.unknown()) }) }),
]);

/**
 * The caller of a request. With IAM the gateway has checked the path, which names the space, against the caller's policies;
 * with JWT the claim `spaces` lists the spaces that the caller may use. Throws `forbidden` for a request without an
 * authorizer.
 */
export function callerOf(authorizer: unknown): Caller {
  const parsed = v.safeParse(Authorizer, authorizer);
  if (!parsed.success)
    throw new DomainError('forbidden', 'The request has no authorizer: every route needs one.');
  if ('iam' in parsed.output) return { id: parsed.output.iam.userArn, mayUse: () => true };
  const { sub, spaces } = parsed.output.jwt.claims;
  const allowed = spacesOf(spaces);
  return { id: sub, mayUse: (space) => allowed.includes(space) };
}

/** Spaces in a claim. API Gateway writes a list as the string `[a b]`; a token may also have the string `a b`. */
const spacesOf = (claim: unknown): readonly string[] =>
  typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
