import { isRecord } from './object.ts';
import { type Cause, invalidValue } from './status.ts';

/** The only form of CEL rule that is evaluated here: a text that matches a regular expression, in any case. */
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
 * Errors of the texts of a value by the CEL rules of its schema; other rules, and those of items of lists, are not evaluated.
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
  return Object.entries(value).flatMap(([name, inner]) =>
    Object.hasOwn(properties, name)
      ? ruleCauses(properties[name], inner, field === '' ? name : `${field}.${name}`)
      : [],
  );
}
