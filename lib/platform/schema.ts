import * as v from 'valibot';
import type { FieldError } from './errors.ts';
import { shortened, show } from './json.ts';

/**
 * Object with exactly these fields; unknown, missing and mistyped fields have messages of their own. `elsewhere`: messages for
 * fields that another request takes.
 */
export const fields = <const E extends v.ObjectEntries>(
  entries: E,
  elsewhere: Readonly<Record<string, string>> = {},
) =>
  v.pipe(
    v.custom<unknown>(
      (input) => !Array.isArray(input),
      (issue) => `${show(issue.input)} is not an object.`,
    ),
    v.strictObject<E, (issue: v.StrictObjectIssue) => string>(
      // Without a prototype, so that a field called "constructor" is as unknown as any other.
      Object.assign(Object.create(null), entries),
      (issue) => {
        if (issue.expected === 'never') {
          const message = Object.entries(elsewhere).find(([field]) => field === issue.input)?.[1];
          return message ?? `Unknown field; allowed: ${Object.keys(entries).join(', ')}.`;
        }
        const isThere = issue.expected === 'Object' && issue.input !== undefined;
        return isThere ? `${show(issue.input)} is not an object.` : 'Missing.';
      },
    ),
  );

const text = v.string((issue) => `${show(issue.input)} is not a text.`);

/** Text that passes `is`; `allowed` completes the sentence "…: use …". */
export const textThat = (is: (value: string) => boolean, allowed: string) =>
  v.pipe(
    text,
    v.check(is, (issue) => `${show(issue.input)} is not allowed: ${allowed}`),
  );

/** Text that matches a pattern, which its JSON Schema has too; `allowed` as for {@link textThat}. */
export const textLike = (pattern: RegExp, allowed: string) =>
  v.pipe(
    text,
    v.regex(pattern, (issue) => `${show(issue.input)} is not allowed: ${allowed}`),
  );

const tooMany = (count: number, atMost: number): string => `${count} entries; at most ${atMost} are allowed.`;

/** List of at most `atMost` items. The length comes first: the items of a longer list are not looked at. */
export const listOf = <const S extends v.GenericSchema>(item: S, atMost: number) =>
  v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, (issue) => `${show(issue.input)} is not a list.`),
    v.maxLength(atMost, (issue) => tooMany(issue.input.length, atMost)),
    v.array(item),
  );

/** First name that a list has twice. */
function repeatedName(entries: readonly { readonly name: string }[]): string | undefined {
  const names = new Set<string>();
  return entries.find(({ name }) => names.size === names.add(name).size)?.name;
}

/** List whose entries have unique names. */
export const listOfNamed = <const S extends v.GenericSchema<unknown, { name: string }>>(
  item: S,
  atMost: number,
) =>
  v.pipe(
    listOf(item, atMost),
    v.check(
      (entries) => repeatedName(entries) === undefined,
      (issue) => `"${repeatedName(issue.input)}" is there twice; give each name once.`,
    ),
    v.metadata({ description: 'Each name once.' }),
  );

type Entries = Readonly<Record<string, unknown>>;

/**
 * An object of any fields, at most `atMost`, each name and each value by its schema. Unlike `v.record`, which drops fields
 * named "constructor", "prototype" and "__proto__" without a word, it looks at all of them.
 */
export const mapOf = <const T>(
  key: v.GenericSchema<unknown, string>,
  value: v.GenericSchema<unknown, T>,
  atMost = Number.POSITIVE_INFINITY,
): v.GenericSchema<unknown, Record<string, T>> =>
  v.pipe(
    v.custom<Entries>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      (issue) => `${show(issue.input)} is not an object.`,
    ),
    v.check(
      (input) => Object.keys(input).length <= atMost,
      (issue) => tooMany(Object.keys(issue.input).length, atMost),
    ),
    v.rawTransform<Entries, Record<string, T>>(({ dataset, addIssue }) => {
      const { value: input } = dataset;
      const entries = Object.entries(input).map(([name, held]) => {
        const at = { type: 'object', origin: 'value', input, key: name, value: held } as const;
        const parsed = { key: v.safeParse(key, name), value: v.safeParse(value, held) };
        for (const { message, path = [] } of [...(parsed.key.issues ?? []), ...(parsed.value.issues ?? [])]) {
          addIssue({ message, path: [at, ...path] });
        }
        return parsed.value.success ? [[name, parsed.value.output] as const] : [];
      });
      return Object.fromEntries(entries.flat());
    }),
  );

/**
 * Check of an object whose problem is that of one field. `v.forward` does the same in a time that is quadratic in the number
 * of problems.
 */
export const checkField = <T extends object>(
  field: keyof T & string,
  is: (value: T) => boolean,
  message: string,
) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed || is(dataset.value)) return;
    const { value: input } = dataset;
    addIssue({
      message,
      path: [{ type: 'unknown', origin: 'value', input, key: field, value: input[field] }],
    });
  });

export const wholeNumber = (from: number, to: number) =>
  v.pipe(
    v.custom<number>(
      (value) => typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to,
      (issue) => `${show(issue.input)} is not allowed: a whole number from ${from} to ${to}.`,
    ),
    v.metadata({ type: 'integer', minimum: from, maximum: to }),
  );

/** Length of a text in UTF-8, in bytes. */
const bytesOf = (value: string): number => new TextEncoder().encode(value).length;

/** Length of a text in characters, of which some have two UTF-16 units. JSON Schema counts so. */
const charactersOf = (value: string): number => [...value].length;

/** A text that a process can be given unchanged: no NUL character (it ends an argument), no half of a surrogate pair (no UTF-8). */
const processText = (atMost: number, lengthOf: (value: string) => number, unit: string) =>
  v.pipe(
    text,
    v.check((value) => !value.includes('\0'), 'It holds a NUL character, which no argument can.'),
    v.check((value) => value.isWellFormed(), 'It holds half of a surrogate pair, which is no character.'),
    v.check(
      (value) => lengthOf(value) <= atMost,
      (issue) => `${lengthOf(issue.input)} ${unit}; at most ${atMost} are allowed.`,
    ),
    v.metadata({ pattern: '^[^\\x00]*$', maxLength: atMost }),
  );

/** A text for a process, not so long that the kernel refuses it (128 KiB an argument). */
export const argument = (atMostBytes: number) =>
  v.pipe(
    processText(atMostBytes, bytesOf, 'bytes'),
    v.metadata({ description: `At most ${atMostBytes} bytes in UTF-8.` }),
  );

/** A short text for a process. */
export const shortText = (atMostCharacters: number) =>
  processText(atMostCharacters, charactersOf, 'characters');

/** `env[1].name` for the path of an issue; `fallback` for one at the top. */
function fieldOf(issue: v.BaseIssue<unknown>, fallback: string): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${shortened(String(key))}`,
  );
  return path.join('').replace(/^\./, '') || fallback;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: FieldError[] };

/** Maximum number of problems in one response. */
const MAX_PROBLEMS = 20;

/** Parses `input`, or returns the errors by field. `whole`: name of the input itself, such as "body". */
export function parse<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  whole: string,
): Parsed<v.InferOutput<S>> {
  const result = v.safeParse(schema, input);
  if (result.success) return { ok: true, value: result.output };
  const reported = result.issues.slice(0, MAX_PROBLEMS);
  const more = result.issues.length - reported.length;
  return {
    ok: false,
    errors: [
      ...reported.map((issue) => ({ field: fieldOf(issue, whole), message: issue.message })),
      ...(more === 0 ? [] : [{ field: whole, message: `${more} more problems.` }]),
    ],
  };
}
