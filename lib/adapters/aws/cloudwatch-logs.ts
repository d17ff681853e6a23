import { AwsV4Signer } from 'aws4fetch';
import pRetry, { AbortError } from 'p-retry';
import * as v from 'valibot';
import { DomainError } from '../../domain/errors.ts';
import type { RoleCredentials } from './eks-token.ts';

/** Waits between tries grow from this by the factor two, with jitter. */
const FIRST_WAIT_MS = 100;

/** Refusals that say "not now"; CloudWatch Logs sends them with the status 400. */
const PASSING = ['ThrottlingException', 'ServiceUnavailableException', 'LimitExceededException'];

export type LogGroup = {
  readonly name: string;
  readonly region: string;
  /** Another place than AWS. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

const Refusal = v.object({
  __type: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  Message: v.optional(v.string(), ''),
});

/** One operation of a log group, by its name and its members beside the group. */
export type Call = (operation: string, members: object) => Promise<unknown>;

/**
 * Calls on a log group, all of which end at `deadline`. Every one reads only, so it is tried again while it is throttled
 * or gets no answer. Throws `unavailable` when time is up; a refusal is a fault of the deployment, told in AWS's words.
 */
export const callsOn =
  (group: LogGroup, deadline: AbortSignal): Call =>
  async (operation, members) => {
    let why = 'no answer in time';
    try {
      return await pRetry(() => send(group, operation, members, deadline), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: FIRST_WAIT_MS,
        randomize: true,
        signal: deadline,
        onFailedAttempt: ({ error }) => {
          if (!deadline.aborted) why = error.message;
        },
      });
    } catch (error) {
      if (!deadline.aborted) throw error;
      throw new DomainError('unavailable', `CloudWatch Logs is out of reach (${why}). Try again.`);
    }
  };

async function send(
  { name, region, endpoint, credentials }: LogGroup,
  operation: string,
  members: object,
  signal: AbortSignal,
): Promise<unknown> {
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'logs',
    region,
    method: 'POST',
    url: endpoint ?? `https://logs.${region}.amazonaws.com/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${operation}` },
    body: JSON.stringify({ logGroupName: name, ...members }),
  });
  const { url, ...request } = await signer.sign();
  const response = await fetch(url, { ...request, signal }).catch((error: unknown) => {
    throw new Error(codeOf(error));
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const refused = new Error(`${operation} on log group "${name}": ${refusalIn(response, text)}`);
  throw isPassing(response, text) ? refused : new AbortError(refused);
}

/** `fetch` says no more than "fetch failed"; Node's own code, such as ECONNREFUSED, is in its cause. */
const Unreached = v.object({ cause: v.object({ code: v.string() }) });

function codeOf(error: unknown): string {
  const known = v.safeParse(Unreached, error);
  return known.success ? known.output.cause.code : 'no answer in time';
}

const isPassing = ({ status }: Response, text: string): boolean =>
  status >= 500 || PASSING.some((code) => text.includes(code));

function refusalIn({ status }: Response, text: string): string {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), text);
  if (!parsed.success) return `CloudWatch Logs answered ${status}`;
  const { __type, message, Message } = parsed.output;
  return `${__type.split('#').at(-1)}: ${message || Message}`;
}
