import { isRecord } from './object.ts';
import { type Cause, invalidValue } from './status.ts';

/** The two forms of CEL rule that are evaluated here: one of two fields, and a text that matches a pattern in any case. */
const ONE_OF_TWO = /^has\(self\.(\w+)\) != has\(self\.(\w+)\)$/;
const MATCHES = /^self\.matches\(r'\(\?i\)([^']*)'\)$/;

/** Regular expressions of RE2 by their text; what the rules of cluster/crds use means the same in JavaScript. */
const compiled = new Map<string, RegExp>();

function patternOf(rule: unknown): RegExp | undefined {
  const [, text] = MATCHES.exec(String(rule)) ?? [];
  if (text === undefined) return undefined;
  const pattern = compiled.get(text) ?? new RegExp(text, 'iu');
  compiled.set(text, pattern);
  return pattern;
}

/**
 * Errors of a value by the CEL rules of its schema; other rules, and those of items of lists, are not evaluated.
 * The API server shows the type in place of the value.
 */
export function ruleCauses(schema: unknown, value: unknown, field = ''): readonly Cause[] {
  if (!isRecord(schema)) return [];
  if (typeof value === 'string') {
    const rules = schema['x-kubernetes-validations'];
    return (Array.isArray(rules) ? rules : []).flatMap(({ rule, message }) =>
      (patternOf(rule)?.test(value) ?? true) ? [] : [invalidValue(field, 'string', String(message))],
    );
  }
  const properties = isRecord(schema.properties) ? schema.properties : {};
  if (!isRecord(value)) return [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    Object.hasOwn(properties, name)
      ? ruleCauses(properties[name], part, field === '' ? name : `${field}.${name}`)
      : [],
  );
  return [...objectCauses(schema, value, field), ...inner];
}

function objectCauses(
  schema: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  field: string,
): readonly Cause[] {
  const rules = schema['x-kubernetes-validations'];
  return (Array.isArray(rules) ? rules : []).flatMap(({ rule, message }) => {
    const [whole, one = '', other = ''] = ONE_OF_TWO.exec(String(rule)) ?? [];
    const holds = whole === undefined || Object.hasOwn(value, one) !== Object.hasOwn(value, other);
    return holds ? [] : [invalidValue(field, 'object', String(message))];
  });
}
