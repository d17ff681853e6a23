import * as v from 'valibot';

/** Error response of the API (RFC 9457 problem). */
const TYPE = 'urn:taskbridge:problem:';

export const ProblemBody = v.object({
  /** Kind, from the type `urn:taskbridge:problem:KIND`. */
  type: v.pipe(
    v.optional(v.string(), ''),
    v.transform((type) => (type.startsWith(TYPE) ? type.slice(TYPE.length) : undefined)),
  ),
  title: v.string(),
  detail: v.string(),
  errors: v.optional(v.array(v.object({ field: v.string(), message: v.string() })), []),
});
export type ProblemBody = v.InferOutput<typeof ProblemBody>;

/** Parses a `retry-after` header into seconds; `undefined` for none and for a date. */
export function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** Parses JSON; `undefined` where it is invalid. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
