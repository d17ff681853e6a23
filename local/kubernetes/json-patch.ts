import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { isRecord } from './object.ts';
import { ApiError, badRequest } from './status.ts';

const Operation = v.looseObject({ op: v.string(), path: v.string(), value: v.optional(v.unknown()) });
type Operation = v.InferOutput<typeof Operation>;

/**
 * RFC 6902, of whose operations add, remove, replace and test are served, on fields of objects. They are done in order,
 * all or none. Throws 422 for one that can't be done, also where a test fails, and 400 for a body that is no list.
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

/** The API server tells no more of a patch that it can't apply. */
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
