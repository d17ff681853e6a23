import * as v from 'valibot';

/** A refusal of the API (RFC 9457). */
export const ProblemBody = v.object({
  title: v.string(),
  detail: v.string(),
  errors: v.optional(v.array(v.object({ field: v.string(), message: v.string() })), []),
});
export type ProblemBody = v.InferOutput<typeof ProblemBody>;

/** Seconds that a `retry-after` header asks for. */
export function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The value of a JSON text; `undefined` for any other text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
