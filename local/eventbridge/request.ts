import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import { validationError } from './errors.ts';

/*
 * Members of requests with the limits of the EventBridge model, and AWS's error messages for them. Other members are
 * ignored, as in AWS.
 */

const NAME = /^[.\-_A-Za-z0-9]+$/;

/** Text with a minimum and a maximum length. */
export const textOf = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.minLength(min, `Member must have length greater than or equal to ${min}`),
    v.maxLength(max, `Member must have length less than or equal to ${max}`),
  );

/** Name of a rule, its prefix, or id of a target. */
export const Name = v.pipe(
  textOf(1, 64),
  v.regex(NAME, String.raw`Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`),
);

export const Arn = textOf(1, 1600);

export const listOf = <const S extends v.GenericSchema>(item: S, min: number, max: number) =>
  v.pipe(
    v.array(item),
    v.minLength(min, `Member must have length greater than or equal to ${min}`),
    v.maxLength(max, `Member must have length less than or equal to ${max}`),
  );

export const Tags = listOf(v.object({ Key: textOf(1, 128), Value: textOf(0, 256) }), 0, 200);

/** Paging members of every list; at most 100 entries a page. */
export const paging = {
  Limit: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1, 'Member must have value greater than or equal to 1'),
      v.maxValue(100, 'Member must have value less than or equal to 100'),
    ),
    100,
  ),
  NextToken: v.optional(textOf(1, 2048)),
};

/** Parses a request. Throws ValidationException with each invalid member. */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const wrongType = result.issues.find(({ kind, received }) => kind === 'schema' && received !== 'undefined');
  // The picklist of a state is a schema too, but its input has the right type.
  if (wrongType !== undefined && wrongType.type !== 'picklist') {
    throw new AwsError(
      'SerializationException',
      `${pathOf(wrongType)}: ${wrongType.received} is not ${wrongType.expected}`,
    );
  }
  const errors = result.issues.map((issue) => {
    const missing = issue.received === 'undefined';
    const value = missing ? 'null' : `'${String(issue.input)}'`;
    const constraint = missing ? 'Member must not be null' : issue.message;
    return `Value ${value} at '${pathOf(issue)}' failed to satisfy constraint: ${constraint}`;
  });
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  throw validationError(`${count} detected: ${errors.join('; ')}`);
}

/** Member path in AWS's notation, lower case and counted from 1: `targets.1.member.id`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `${key + 1}.member` : String(key).replace(/^./, (first) => first.toLowerCase()),
  );
  return parts.join('.') || 'request';
}
