import { invalid } from './refusal.ts';

/** `$.detail.name`, `$.resources[0]`: the paths that EventBridge knows have no filters and no wildcards. */
const PATH = /^\$(?:\.[\w-]+|\[\d+\])*$/;

/** A JSON text, or a placeholder outside of one. */
const TEXT_OR_PLACEHOLDER = /"(?:[^"\\]|\\.)*"|<([^<>"]+)>/g;
const PLACEHOLDER = /<([^<>"]+)>/g;

/** Throws for a path that is not one. */
export function checkPath(path: string, target: string): void {
  if (!PATH.test(path)) throw invalid(`Invalid JSONPath ${path} for target ${target}.`);
}

/** The value at a path of an event; `undefined` where there is none. */
export function valueAt(event: unknown, path: string): unknown {
  const keys = path.match(/[\w-]+/g) ?? [];
  return keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), event);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Throws for a template with an unknown placeholder, or that is no JSON once the placeholders are filled in. AWS also
 * takes several lines of quoted texts; a function can't be given those, so they are refused.
 */
export function checkTemplate(template: string, names: ReadonlySet<string>, target: string): void {
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!names.has(name))
      throw invalid(`InputTemplate for target ${target} contains invalid placeholder ${name}.`);
  }
  try {
    renderTemplate(template, () => null);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw invalid(`InputTemplate for target ${target} is not JSON: ${error.message}.`);
    throw error;
  }
}

/**
 * Fills in a template. A placeholder of its own stands for the value as JSON (a text in quotes), one inside a text for
 * the value's characters. A value that the event does not have is `null`, or nothing inside a text.
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
