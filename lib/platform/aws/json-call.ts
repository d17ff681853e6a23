import { AwsV4Signer } from 'aws4fetch';
import * as v from 'valibot';
import { type Retry, RetryableError, withRetry } from '../retry.ts';
import type { RoleCredentials } from './eks-token.ts';
import { awsHost } from './host.ts';

/** Regional AWS service with the JSON 1.1 protocol. */
export type JsonService = {
  /** Name in its host and in signatures, such as `logs`. */
  readonly service: string;
  /** Prefix of its operations in `X-Amz-Target`, such as `Logs_20140328`. */
  readonly target: string;
  readonly region: string;
  /** URL in place of AWS's own. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
  /** Retryable error codes of this service alone. */
  readonly retryableCodes?: readonly string[];
};

/** Retries of a service's calls, and their errors. */
export type JsonCall = {
  readonly retry: Retry;
  /** Error for a rejection that is not retryable. */
  readonly refused: (refusal: Refusal) => Error;
  /** Reason of a retryable error. Default: its code. */
  readonly reason?: (refusal: Refusal) => string;
};

/** Error response of AWS; `message` may repeat the request. */
export type Refusal = { readonly code: string; readonly message: string };

/** Retryable error codes, which services send with status 400. */
const RETRYABLE_CODES = ['Throttling', 'ThrottlingException', 'ServiceUnavailableException'];

/**
 * Calls an operation and returns the body of its response. Throws `unavailable` when AWS can't be reached, and the error
 * of `refused` when AWS rejects the request.
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
    url: endpoint ?? `https://${awsHost(service, region)}/`,
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
