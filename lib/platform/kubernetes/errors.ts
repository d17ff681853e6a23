import { ApiException } from '@kubernetes/client-node';
import * as v from 'valibot';
import { conflict, cursorGone, DomainError, type FieldError, notFoundIn, spaceClosed } from '../errors.ts';
import { isMissingRight, isOtherUid, isUnknownContinueToken } from './messages.ts';

/** What the API server says of a refusal: `metav1.Status`. */
const Status = v.object({
  message: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  details: v.optional(
    v.object({
      causes: v.optional(
        v.array(v.object({ field: v.optional(v.string(), ''), message: v.optional(v.string(), '') })),
      ),
    }),
  ),
});

export type Failure = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly FieldError[];
};

/** Reads a refusal from a body; a proxy before the API server may answer with HTML. */
export function failureOf(code: number, body: unknown): Failure {
  const parsed = v.safeParse(Status, typeof body === 'string' ? jsonOf(body) : body);
  if (!parsed.success) return { code, reason: '', message: 'it gave no reason', causes: [] };
  const { message, reason, details } = parsed.output;
  return { code, reason, message, causes: details?.causes ?? [] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a call was about, for the words of its refusal. */
export type Subject = { readonly space: string; readonly what: string };

/** The refusal in the user's words. One that no user can mend stays an error of ours. */
export function domainErrorOf(failure: Failure, { space, what }: Subject): Error {
  const { code, message, causes } = failure;
  switch (code) {
    case 403:
      return isMissingRight(message) ? spaceClosed(space) : conflict(`${what}: ${message}`);
    case 404:
      return notFoundIn(space, what);
    case 400:
    case 422:
      if (isUnknownContinueToken(message)) return cursorGone();
      return new DomainError('invalid', `${what}: the cluster refused it: ${message}`, causes);
    case 409:
      return conflict(`${what}: ${message}`);
    case 410:
      return cursorGone();
    case 413:
      return new DomainError('tooLarge', `${what}: the cluster takes no object of this size.`);
    default:
      return new Error(`${what}: the cluster answered ${code}: ${message}`);
  }
}

/**
 * Runs a call to the API server. `expect` may turn a refusal into an answer; every other one is thrown in the user's
 * words. ApiException's own message holds the whole body and all headers: it goes no further.
 */
export async function callApi<T>(
  subject: Subject,
  call: () => Promise<T>,
  mapError: (failure: Failure) => T | undefined = () => undefined,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const failure = failureOf(error.code, error.body);
    const expected = mapError(failure);
    if (expected !== undefined) return expected;
    throw domainErrorOf(failure, subject);
  }
}

/**
 * Whether a refusal of a delete by uid says that the object is gone, and perhaps another one has its name. A delete whose
 * answer was lost is repeated, and then finds this: it is done.
 */
export const isDeleted = ({ code, message }: Failure): boolean =>
  code === 404 || (code === 409 && isOtherUid(message));
