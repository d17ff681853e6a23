import { AwsV4Signer } from 'aws4fetch';
import * as v from 'valibot';
import { type Retry, RetryableError, withRetry } from '../retry.ts';
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
  /** Codes that this service alone uses for a refusal that another attempt may mend. */
  readonly retryableCodes?: readonly string[];
};

/** How a service is called, and what its errors say. */
export type JsonCall = {
  readonly retry: Retry;
  /** Error for a refusal that no further attempt mends. */
  readonly refused: (refusal: Refusal) => Error;
  /** Reason of a refusal that another attempt may mend. Default: its code. */
  readonly reason?: (refusal: Refusal) => string;
};

/** A refusal of AWS; `message` may repeat what was sent. */
export type Refusal = { readonly code: string; readonly message: string };

/** Codes of refusals that another attempt may mend; services send them with the status 400. */
const RETRYABLE_CODES = ['Throttling', 'ThrottlingException', 'ServiceUnavailableException'];

/**
 * Calls an operation and returns the body of its answer. Throws `unavailable` where AWS can't be reached, and what
 * `refused` makes of a refusal.
 */
export const jsonCall = (
  service: JsonService,
  operation: string,
  body: object,
  { retry, refused, reason = ({ code }) => code }: JsonCall,
): Promise<string> =>
  withRetry(async (signal) => {
    const { status, text } = await sendOnce(service, operation, body, signal);
    if (status === 200) return text;
    const refusal = refusalIn(status, text);
    const codes = [...RETRYABLE_CODES, ...(service.retryableCodes ?? [])];
    if (status < 500 && !codes.includes(refusal.code)) throw refused(refusal);
    throw new RetryableError(reason(refusal));
  }, retry);

async function sendOnce(
  { service, target, region, endpoint, credentials }: JsonService,
  operation: string,
  body: object,
  signal: AbortSignal,
) {
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
  const response = await fetch(url, { ...request, signal });
  return { status: response.status, text: await response.text() };
}

const RefusalBody = v.object({
  __type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  Message: v.optional(v.string(), ''),
});

function refusalIn(status: number, text: string): Refusal {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), RefusalBody), text);
  if (!parsed.success)
    return { code: `an answer of ${status} that is no JSON`, message: 'no message of AWS' };
  const { __type, message, Message } = parsed.output;
  return { code: __type.split('#').at(-1) ?? '', message: message || Message };
}
