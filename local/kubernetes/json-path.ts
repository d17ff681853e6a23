import { isRecord } from './object.ts';

/** Segment of a path: a field, fields in brackets, or a filter on one field of a list's elements. */
const SEGMENT = /\.([A-Za-z_][\w-]*)|\['([^\]]+)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/y;

type Segment = { readonly fields: readonly string[] } | { readonly where: string; readonly equals: string };

/**
 * Compiles the JSONPath of a printer column, which finds the first value:
 * `.status.conditions[?(@.type=="Succeeded")].status`. Throws for unsupported syntax.
 */
export function jsonPath(path: string): (object: unknown) => unknown {
  const segments: Segment[] = [];
  SEGMENT.lastIndex = 0;
  let end = 0;
  for (let match = SEGMENT.exec(path); match !== null; match = SEGMENT.exec(path)) {
    const [, dotted, bracketed, where, equals] = match;
    const fields = dotted === undefined ? bracketed?.split("','") : [dotted];
    segments.push(fields === undefined ? { where: where ?? '', equals: equals ?? '' } : { fields });
    end = SEGMENT.lastIndex;
  }
  if (end !== path.length)
    throw new Error(`${path}: this JSONPath is not understood from "${path.slice(end)}" on`);
  return (object) => segments.reduce<unknown>(step, object);
}

function step(value: unknown, segment: Segment): unknown {
  if ('fields' in segment) {
    const found = segment.fields.find((field) => isRecord(value) && value[field] !== undefined);
    return isRecord(value) && found !== undefined ? value[found] : undefined;
  }
  const { where, equals } = segment;
  return Array.isArray(value)
    ? value.find((element) => isRecord(element) && String(element[where]) === equals)
    : undefined;
}
