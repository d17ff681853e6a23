import { EventBridgeClient, EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import { AwsRefusal } from '../errors.ts';
import { outOfReach, type Retry, RetryableError, type RetryPolicy, withRetry } from '../retry.ts';

/**
 * Limits of one request, in ms, and of one with its retries: the writes of a rule are five requests, one after the other,
 * and API Gateway waits 30 seconds for all of them.
 */
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_500;
const POLICY: RetryPolicy = { totalMs: 5_000, firstWaitMs: 100, maxWaitMs: 2_000 };

/** Error code of a rule or a target that does not exist. */
export const MISSING = 'ResourceNotFoundException';

/** Retryable error codes. */
const RETRYABLE_CODES = [
  'ConcurrentModificationException',
  'InternalException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];

export type EventBridgeSettings = {
  readonly region: string;
  /** URL in place of AWS's own, of the local cloud. */
  readonly endpoint?: string | undefined;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
};

/**
 * A client without retries of its own: {@link callEventBridge} retries. The SDK's would take LimitExceededException for
 * throttling and retry for seconds while a bus is full, and would not retry ConcurrentModificationException.
 */
export const newEventBridgeClient = ({ endpoint, ...settings }: EventBridgeSettings): EventBridgeClient =>
  new EventBridgeClient({
    ...settings,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  });

/** Response of PutTargets and RemoveTargets: 200, even when an entry failed. */
type EntriesAnswer = {
  readonly FailedEntryCount?: number | undefined;
  readonly FailedEntries?: readonly Entry[] | undefined;
};
type Entry = { readonly ErrorCode?: string | undefined; readonly ErrorMessage?: string | undefined };

class EntryFailed extends Error {
  readonly code: string;

  constructor({ ErrorCode = 'FailedEntry', ErrorMessage = 'no reason given' }: Entry) {
    super(ErrorMessage);
    this.code = ErrorCode;
  }
}

/**
 * Throws for a response with a failed entry, as for a rejected request. An entry that does not exist counts last: an earlier
 * attempt of RemoveTargets may have removed it.
 */
export function checkEntries({ FailedEntryCount = 0, FailedEntries = [] }: EntriesAnswer): void {
  if (FailedEntryCount === 0) return;
  const [first = {}] = FailedEntries;
  throw new EntryFailed(FailedEntries.find(({ ErrorCode }) => ErrorCode !== MISSING) ?? first);
}

/** Client, and the signal that ends the calls of an invocation. */
export type Calls = { readonly client: EventBridgeClient } & Required<Pick<Retry, 'end'>> & CallLimits;

/** `totalMs`: limit of one request with its retries. Default: five seconds. */
export type CallLimits = Pick<Retry, 'clock'> & { readonly totalMs?: number };

/**
 * Sends a request, with retries for `totalMs` and not beyond `end`. Every request is idempotent: a retry after a lost
 * response finds its own work done. Returns the name of an error that `expected` lists. Throws `unavailable` when time is
 * up, and {@link AwsRefusal}, in AWS's words without the SDK's metadata.
 */
export const callEventBridge = <T, const E extends string = never>(
  { end, clock, totalMs = POLICY.totalMs }: Calls,
  what: string,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ...expected: readonly E[]
): Promise<T | E> =>
  withRetry(
    async (abortSignal) => {
      try {
        return await send({ abortSignal });
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        const { code, message, atFault } = refusal;
        const answer = expected.find((name) => name === code);
        if (answer !== undefined) return answer;
        if (atFault === 'server' || RETRYABLE_CODES.includes(code)) throw new RetryableError(code);
        throw new AwsRefusal(`EventBridge refused ${what}`, code, message);
      }
    },
    { policy: { ...POLICY, totalMs }, unavailable: outOfReach('EventBridge'), end, clock },
  );

type Refusal = { readonly code: string; readonly message: string; readonly atFault: 'client' | 'server' };

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof EventBridgeServiceException) {
    return { code: error.name, message: error.message, atFault: error.$fault };
  }
  if (error instanceof EntryFailed) return { code: error.code, message: error.message, atFault: 'client' };
  return undefined;
}
