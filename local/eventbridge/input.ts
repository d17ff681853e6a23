import { validationError } from './errors.ts';

/** Paths that EventBridge supports, without filters and wildcards: `$.detail.name`, `$.resources[0]`. */
const PATH = /^\$(?:\.[\w-]+|\[\d+\])*$/;

/** JSON string, or a placeholder outside of one. */
const TEXT_OR_PLACEHOLDER = /"(?:[^"\\]|\\.)*"|<([^<>"]+)>/g;
const PLACEHOLDER = /<([^<>"]+)>/g;

/** Throws for an invalid path. */
export function checkPath(path: string, target: string): void {
  if (!PATH.test(path)) throw validationError(`Invalid JSONPath ${path} for target ${target}.`);
}

/** Value at a path of an event; `undefined` if absent. */
export function valueAt(event: unknown, path: string): unknown {
  const keys = path.match(/[\w-]+/g) ?? [];
  return keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), event);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Throws for a template with an unknown placeholder, or that is not JSON once filled in. AWS also accepts several lines
 * of quoted text; a function cannot receive those, so they are rejected.
 */
export function checkTemplate(template: string, names: ReadonlySet<string>, target: string): void {
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!names.has(name))
      throw validationError(`InputTemplate for target ${target} contains invalid placeholder ${name}.`);
  }
  try {
    renderTemplate(template, () => null);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw validationError(`InputTemplate for target ${target} is not JSON: ${error.message}.`);
    throw error;
  }
}

/**
 * Fills in a template. A bare placeholder is replaced by the value as JSON, one inside a string by the value's
 * characters. An absent value is `null`, or empty inside a string.
 */
export function renderTemplate(template: string, lookUp: (name: string) => unknown): unknown {
  const json = template.replace(TEXT_OR_PLACEHOLDER, (found, name: string | undefined) =>
    name === undefined
      ? found.replace(PLACEHOLDER, (_, inside: string) => charactersOf(lookUp(inside)))
      : (JSON.stringify(lookUp(name)) ?? 'null'),
  );
  return JSON.parse(json);
}

function charactersOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}
