import * as v from 'valibot';
import { MAX_PATTERN_LENGTH } from '../../lib/events/pattern.ts';
import { lossIn } from '../../lib/platform/json.ts';
import type { Buses } from './bus.ts';
import { isTooComplex } from './complexity.ts';
import { invalidEventPattern, validationError } from './errors.ts';
import { type EventPattern, parseEventPattern } from './event-language.ts';
import { matchesEventPattern } from './event-match.ts';
import { InvalidPattern } from './event-matcher.ts';
import { parse, textOf } from './request.ts';

export const EventPatternText = textOf(0, MAX_PATTERN_LENGTH);

/** Parses a pattern. Throws InvalidEventPatternException. */
function parsePattern(text: string): EventPattern {
  try {
    const value: unknown = JSON.parse(text);
    // Event Ruler reads the numbers of the text itself.
    const loss = lossIn(text);
    if (loss !== undefined) throw new InvalidPattern(`${loss.field}: ${loss.message}`, loss.field);
    return parseEventPattern(value);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidEventPattern('Invalid JSON');
    if (error instanceof InvalidPattern) throw invalidEventPattern(error.message);
    throw error;
  }
}

const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard ' +
  'character';

/**
 * Parses the pattern of a rule. Throws InvalidEventPatternException, for one that is too complex too. TestEventPattern takes
 * that one: it compiles no rule (not known of AWS; a caller must not rely on it to refuse).
 */
export function parseRulePattern(text: string): EventPattern {
  const pattern = parsePattern(text);
  if (isTooComplex(pattern)) throw invalidEventPattern(TOO_COMPLEX);
  return pattern;
}

const TestEventPattern = v.object({ EventPattern: EventPatternText, Event: v.string() });

/** Fields that an event must have in TestEventPattern. */
const FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

/** TestEventPattern: tests a pattern against an event. */
export function testEventPattern(_: Buses, body: unknown) {
  const request = parse(TestEventPattern, body);
  const pattern = parsePattern(request.EventPattern);
  const event = eventIn(request.Event);
  for (const field of FIELDS)
    if (!Object.hasOwn(event, field))
      throw validationError(`Parameter Event is not valid. Reason: "${field}" is missing.`);
  return { Result: matchesEventPattern(pattern, event) };
}

function eventIn(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw validationError('Parameter Event is not valid.');
}
