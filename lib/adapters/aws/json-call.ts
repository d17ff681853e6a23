import { AwsV4Signer } from 'aws4fetch';
import * as v from 'valibot';
import { networkCode } from '../network-errors.ts';
import type { RoleCredentials } from './eks-token.ts';

/** A service of AWS that speaks JSON 1.1, in a region. */
export type JsonService = {
  /** The name in its host and in signatures, such as `logs`. */
  readonly service: string;
  /** What its operations begin with in `X-Amz-Target`, such as `Logs_20140328`. */
  readonly target: string;
  readonly region: string;
  /** Another place than AWS. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

export type JsonAnswer = { readonly status: number; readonly text: string };

/** The network gave no answer; in Node's own code, such as ECONNREFUSED, or in words. */
export class Unanswered extends Error {}

const Caused = v.object({ cause: v.custom<object>((cause) => typeof cause === 'object' && cause !== null) });

/**
 * Sends one signed request, once. Throws {@link Unanswered} where the network owes the answer or `signal` ended the wait,
 * and what `fetch` throws where the cause lies here, such as a certificate that is not trusted.
 */
export async function jsonCall(
  { service, target, region, endpoint, credentials }: JsonService,
  operation: string,
  body: object,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const signer = new AwsV4Signer({
    ...credentials,
    service,
    region,
    method: 'POST',
    url: endpoint ?? `https://${service}.${region}.amazonaws.com/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.${operation}` },
    body: JSON.stringify(body),
  });
  const { url, ...request } = await signer.sign();
  try {
    const response = await fetch(url, { ...request, signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const why = signal.aborted ? 'no answer in time' : networkCode(causeOf(error));
    throw why === undefined ? error : new Unanswered(why);
  }
}

/** `fetch` says no more than "fetch failed"; what failed is its cause. */
export const causeOf = (error: unknown): object => {
  const caused = v.safeParse(Caused, error);
  return caused.success ? caused.output.cause : {};
};

const Refusal = v.object({
  __type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  Message: v.optional(v.string(), ''),
});

/** The code and the words of a refusal; `undefined` for an answer that is none of AWS's. */
export function refusalIn({
  text,
}: JsonAnswer): { readonly code: string; readonly message: string } | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), text);
  if (!parsed.success) return undefined;
  const { __type, message, Message } = parsed.output;
  return { code: __type.split('#').at(-1) ?? '', message: message || Message };
}
