import * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';

/** Who asks, as the gateway's authorizer found out; nothing that the request itself says counts. */
export type Caller = { readonly id: string; readonly mayUse: (space: string) => boolean };

/** An empty one would make an audit line without a name. */
const Id = v.pipe(v.string(), v.minLength(1));

/** What the authorizers of an HTTP API leave in `requestContext.authorizer` (payload 2.0). */
const Authorizer = v.union([
  v.object({ iam: v.object({ userArn: Id }) }),
  v.object({ jwt: v.object({ claims: v.objectWithRest({ sub: Id }, v.unknown()) }) }),
]);

/**
 * The caller of a request. Throws `forbidden` when no authorizer stands before the function: nothing is public.
 * With IAM the gateway has checked the path, which names the space, against the caller's policies; with JWT the
 * `spaces` claim says it.
 */
export function callerOf(authorizer: unknown): Caller {
  const parsed = v.safeParse(Authorizer, authorizer);
  if (!parsed.success)
    throw new DomainError('forbidden', 'No authorizer says who asks: every request needs one.');
  if ('iam' in parsed.output) return { id: parsed.output.iam.userArn, mayUse: () => true };
  const { sub, spaces } = parsed.output.jwt.claims;
  const allowed = spacesOf(spaces);
  return { id: sub, mayUse: (space) => allowed.includes(space) };
}

/** API Gateway writes a claim that is a list as the text `[a b]`; a token may also hold `a b` as one text. */
const spacesOf = (claim: unknown): readonly string[] =>
  typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
