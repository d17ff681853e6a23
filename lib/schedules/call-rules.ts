import { AwsRefusal, DomainError, OutOfTime } from '../platform/errors.ts';
import type { Log, Metrics } from '../platform/observability.ts';

/** Ports of calls to EventBridge whose failure ends nothing else. */
export type CallRulesPorts = { readonly log: Log; readonly metrics: Metrics };

/** Codes of a refused pattern. Its author mends it; the others are for the operators of the stage. */
const OF_PATTERN = ['InvalidEventPatternException', 'ValidationException'];

/** Codes of refused rights and credentials: the words name the account and the role. */
const OF_RIGHTS =
  /^(AccessDenied|NotAuthorized|OptInRequired|Unrecognized|ExpiredToken|Invalid(ClientToken|Signature)|IncompleteSignature|MissingAuth|SignatureDoesNotMatch)/;

const OF_QUOTA = 'LimitExceededException';

/**
 * Calls EventBridge. Returns its refusal, or `outOfReach` where it is unavailable; both are logged, and a refusal counts as
 * `RulesRefused` unless it is of a pattern. Rethrows every other error, {@link OutOfTime} too: it says nothing about
 * EventBridge. `subject`: fields of the log line.
 */
export async function callRules<T>(
  { log, metrics }: CallRulesPorts,
  subject: Readonly<Record<string, unknown>>,
  call: () => Promise<T>,
): Promise<T | 'outOfReach' | AwsRefusal> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsRefusal) {
      const isOurs = !isOfPattern(error);
      log(isOurs ? 'error' : 'warn', 'rules refused', { ...subject, why: error.message });
      if (isOurs) metrics.add('RulesRefused', 1);
      return error;
    }
    if (!(error instanceof DomainError) || error instanceof OutOfTime) throw error;
    log('warn', 'rules not synced', { ...subject, why: error.message });
    return 'outOfReach';
  }
}

/** True for a refusal of the pattern itself. */
export const isOfPattern = ({ code }: AwsRefusal): boolean => OF_PATTERN.includes(code);

/** True for a refusal that the author of a pattern can do nothing about. */
export const isOfStage = ({ code }: AwsRefusal): boolean => OF_RIGHTS.test(code) || code === OF_QUOTA;

/** Maximum length of AWS's words in a condition or a problem, in characters: they may repeat the pattern. */
const MAX_WORDS = 1_000;

/** A refusal in AWS's words; of rights its code alone. */
export function wordsOf(refusal: AwsRefusal): string {
  const { code, reason } = refusal;
  if (OF_RIGHTS.test(code)) return `${code}, which the operators of the stage must mend`;
  const words = reason.length > MAX_WORDS ? `${reason.slice(0, MAX_WORDS)}…` : reason;
  return isOfPattern(refusal) ? words : `${code}: ${words}`;
}
