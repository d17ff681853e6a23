import { isTooDeep, lossIn, MAX_DEPTH } from '../lib/platform/json.ts';
import { messageOf, UsageError } from './errors.ts';

/**
 * Parses the JSON of a file or a flag. Throws a usage error that begins with `name`, also for JSON that is nested too deep,
 * has a field twice, or a number that would be rounded.
 */
export function parseJson(text: string, name: string): unknown {
  const value = jsonIn(text, name);
  if (isTooDeep(value)) throw new UsageError(`${name} is nested too deep: it may have ${MAX_DEPTH} levels.`);
  const loss = lossIn(text);
  if (loss !== undefined)
    throw new UsageError([name, loss.field, loss.message].filter((part) => part !== '').join(': '));
  return value;
}

function jsonIn(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name} is not valid JSON: ${messageOf(error)}`);
  }
}
