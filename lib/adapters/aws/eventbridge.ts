import { EventBridgeClient, EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import pRetry from 'p-retry';
import { DomainError } from '../../domain/errors.ts';
import { networkCode } from '../network-errors.ts';
import { timeLimit } from '../time-limit.ts';

/**
 * How long one request may take, in ms, and how long all tries of one and the waits between them. The writes of a rule
 * are five requests, one after the other, and API Gateway waits 30 seconds for them all.
 */
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_500;
const ALL_TRIES_MS = 5_000;

/** Waits grow from this by the factor two, with jitter: the account's limit is shared by all callers. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** The code of a rule, or a target of a rule, that is not there. */
export const MISSING = 'ResourceNotFoundException';

/** Refusals that say "not now". */
const PASSING = [
  'ConcurrentModificationException',
  'InternalException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];

export type EventBridgeSettings = {
  readonly region: string;
  /** Another place than AWS: the local cloud. */
  readonly endpoint?: string | undefined;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
};

/**
 * A client that sends once: `persist` does the retries. The SDK's own take LimitExceededException, by its name, for
 * throttling and would ask for seconds whether a full bus is still full; and they do not know
 * ConcurrentModificationException.
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

/** What PutTargets and RemoveTargets answer: 200, also when an entry failed. */
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
 * Throws for an answer with a failed entry, as if the whole request had been refused so. An entry that is not there
 * comes last: it may be the part of a repeated RemoveTargets that was done before.
 */
export function checkEntries({ FailedEntryCount = 0, FailedEntries = [] }: EntriesAnswer): void {
  if (FailedEntryCount === 0) return;
  const [first = {}] = FailedEntries;
  throw new EntryFailed(FailedEntries.find(({ ErrorCode }) => ErrorCode !== MISSING) ?? first);
}

/** A client, and the end of the invocation whose calls these are. */
export type Calls = { readonly client: EventBridgeClient; readonly end: AbortSignal };

/**
 * Sends until there is an answer, at most five seconds and not beyond `end`. Every request of ours can be repeated: one
 * whose answer was lost finds its own work done. A refusal that `expected` names is an answer too: that name. Throws
 * `unavailable` when time is up; any other refusal is a fault of ours or of the deployment, told in its words without the
 * SDK's metadata.
 */
export async function persist<T, const E extends string = never>(
  { end }: Calls,
  what: string,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ...expected: readonly E[]
): Promise<T | E> {
  const deadline = AbortSignal.any([end, timeLimit(ALL_TRIES_MS)]);
  let why = 'no answer in time';
  try {
    return await pRetry(() => send({ abortSignal: deadline }), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: FIRST_WAIT_MS,
      maxTimeout: LONGEST_WAIT_MS,
      randomize: true,
      signal: deadline,
      shouldRetry: ({ error }) => passingReason(error) !== undefined,
      onFailedAttempt: ({ error }) => {
        why = passingReason(error) ?? why;
      },
    });
  } catch (error) {
    if (deadline.aborted) {
      throw new DomainError('unavailable', `EventBridge is out of reach (${why}). Try again.`);
    }
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    const answer = expected.find((code) => code === refusal.code);
    if (answer !== undefined) return answer;
    throw new Error(`EventBridge refused ${what}: ${refusal.code}: ${refusal.message}`);
  }
}

type Refusal = { readonly code: string; readonly message: string; readonly atFault: 'client' | 'server' };

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof EventBridgeServiceException) {
    return { code: error.name, message: error.message, atFault: error.$fault };
  }
  if (error instanceof EntryFailed) return { code: error.code, message: error.message, atFault: 'client' };
  return undefined;
}

/** Why trying again may help; `undefined` where it would not. */
function passingReason(error: Error): string | undefined {
  const refusal = refusalOf(error);
  if (refusal !== undefined) {
    return refusal.atFault === 'server' || PASSING.includes(refusal.code) ? refusal.code : undefined;
  }
  // A code that is none of the network's, such as of a certificate that is not trusted, is a fault of the deployment.
  return networkCode(error) ?? (error.name === 'TimeoutError' ? 'no answer in time' : undefined);
}
