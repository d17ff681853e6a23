import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { isRecord } from './object.ts';
import { ApiError, badRequest } from './status.ts';

const Operation = v.looseObject({ op: v.string(), path: v.string(), value: v.optional(v.unknown()) });
type Operation = v.InferOutput<typeof Operation>;

/**
 * Applies a JSON patch (RFC 6902): add, remove, replace and test, on fields of objects, all or nothing. Throws 422 if
 * an operation or a test fails, and 400 for a body that is not a list.
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  const operations = v.safeParse(v.array(v.unknown()), patch);
  if (!operations.success) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  return operations.output.reduce((object, operation) => {
    const parsed = v.safeParse(Operation, operation);
    if (!parsed.success || !parsed.output.path.startsWith('/')) throw rejected();
    return operate(object, parsed.output, fieldsOf(parsed.output.path));
  }, target);
}

/** The API server gives no details of a patch that fails. */
const rejected = (): ApiError =>
  new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {
    details: {},
  });

const fieldsOf = (path: string): readonly string[] =>
  path
    .slice(1)
    .split('/')
    .map((field) => field.replaceAll('~1', '/').replaceAll('~0', '~'));

function operate(object: unknown, operation: Operation, [field = '', ...rest]: readonly string[]): unknown {
  if (!isRecord(object)) throw rejected();
  if (rest.length > 0) return { ...object, [field]: operate(object[field], operation, rest) };
  const { op, value } = operation;
  switch (op) {
    case 'test':
      if (!isDeepStrictEqual(object[field], value)) throw rejected();
      return object;
    case 'remove': {
      if (!Object.hasOwn(object, field)) throw rejected();
      const { [field]: _, ...others } = object;
      return others;
    }
    case 'add':
    case 'replace':
      return { ...object, [field]: value };
    default:
      throw rejected();
  }
}
