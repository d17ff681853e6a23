import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser, parseDocument, visit } from 'yaml';
import { MAX_DEPTH } from '../lib/platform/json.ts';
import { messageOf, UsageError } from './errors.ts';

/** Characters that are read of a file at most; those of an alias or a variable count at each use. */
const MAX_CHARACTERS = 4_000_000;

/** Value in a YAML file that is read when it is asked for. An alias and a variable are replaced then. */
export type YamlValue = {
  /** Path of the value, such as `docker.image`. */
  readonly field: string;
  /** File and line, for messages. */
  readonly place: string;
  readonly line: number;
  /** Node of the document; `null` or absent: unset. */
  readonly node: unknown;
  readonly file: YamlFile;
};

type YamlFile = {
  readonly name: string;
  readonly lines: LineCounter;
  /** Node that each alias stands for. */
  readonly aliases: ReadonlyMap<unknown, unknown>;
  readonly variables: Variables;
  readonly budget: { characters: number };
};

/** Values of `((NAME))`. `undefined`: the file has no variables. */
export type Variables = ReadonlyMap<string, YamlValue> | undefined;

/**
 * Parses a YAML file. Scalars are text as it was written, except for null. Throws a usage error for one that is invalid or
 * nested deeper than {@link MAX_DEPTH}.
 */
export function parseYaml(text: string, name: string, variables?: Variables): YamlValue {
  // The composer recurses: one line of a hundred thousand brackets would end the process.
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH)
      throw new UsageError(`${name} is nested too deep: it may have ${MAX_DEPTH} levels.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', customTags: ['null'], lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) throw new UsageError(`${name} is not valid YAML: ${messageOf(error)}`);
  const [anchors, aliases] = [new Map<string, unknown>(), new Map<unknown, unknown>()];
  visit(document, {
    Alias: (_, alias) => void aliases.set(alias, anchors.get(alias.source)),
    Value: (_, node) => void (node.anchor === undefined || anchors.set(node.anchor, node)),
  });
  const file = { name, lines, aliases, variables, budget: { characters: MAX_CHARACTERS } };
  return { field: '', place: name, line: 1, node: document.contents, file };
}

/** Text, as a value without a file. */
export const yamlText = (text: string, place: string): YamlValue => {
  const value = parseYaml('', place);
  return { ...value, node: text };
};

/** True for null, and for a field without a value. */
export const isUnset = (value: YamlValue): boolean => isBlank(resolve(value));

/** True for null as it is written in the file: variables need no value. */
export const isBlank = ({ node }: Pick<YamlValue, 'node'>): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null);

/** Text of a scalar with its variables replaced; `undefined` where it is unset. Throws a usage error for anything else. */
export function textOf(value: YamlValue): string | undefined {
  if (isUnset(value)) return undefined;
  const { node, file } = resolve(value);
  if (!isScalar(node) && typeof node !== 'string') throw invalid(value, 'a text');
  const text = String(isScalar(node) ? node.value : node);
  const filled =
    file.variables === undefined
      ? text
      : text.replace(VARIABLES, (_, name: string) => spend(value, partOf(value, name)));
  return spend(value, filled);
}

/** Values of a list; none where it is unset. Throws a usage error for anything else. */
export function itemsOf(value: YamlValue): readonly YamlValue[] {
  if (isUnset(value)) return [];
  const { node, file } = resolve(value);
  if (!isSeq(node)) throw invalid(value, 'a list');
  return node.items.map((item, at) => child({ ...value, file }, `${value.field}[${at}]`, item, item));
}

/** True for a list; an unset value is none. */
export const isList = (value: YamlValue): boolean => isSeq(resolve(value).node);

/** True for a map; an unset value is none. */
export const isFields = (value: YamlValue): boolean => isMap(resolve(value).node);

/**
 * Fields of a map by their key, those of merge keys (`<<`) included; none where it is unset. `keyOf` makes one key of several
 * spellings. Throws a usage error for anything else, and for a key that is there twice.
 */
export function fieldsOf(value: YamlValue, keyOf = (key: string) => key): ReadonlyMap<string, YamlValue> {
  const all = new Map<string, YamlValue>();
  addFields(value, keyOf, all, MAX_DEPTH);
  return all;
}

function addFields(
  value: YamlValue,
  keyOf: (key: string) => string,
  all: Map<string, YamlValue>,
  levels: number,
): void {
  if (isUnset(value)) return;
  const { node, file } = resolve(value);
  if (!isMap(node)) throw invalid(value, 'a map of fields');
  if (levels === 0) throw new UsageError(`${value.place}: the merge keys (<<) are nested too deep.`);
  const merged: YamlValue[] = [];
  const own = new Map<string, YamlValue>();
  for (const pair of node.items) {
    const key = keyText(value, file.aliases.get(pair.key) ?? pair.key);
    const field = child({ ...value, file }, joined(value.field, key), pair.key, pair.value);
    spend(value, key);
    if (key === '<<') merged.push({ ...field, field: value.field });
    else if (own.has(keyOf(key))) throw new UsageError(`${field.place}: ${field.field} is there twice.`);
    else own.set(keyOf(key), field);
  }
  for (const [key, field] of own) if (!all.has(key)) all.set(key, field);
  for (const one of merged)
    for (const map of isList(one) ? itemsOf(one) : [one]) {
      addFields({ ...map, field: value.field }, keyOf, all, levels - 1);
    }
}

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function keyText(map: YamlValue, key: unknown): string {
  if (!isScalar(key)) throw new UsageError(`${map.place}: ${map.field} has a key that is no text.`);
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** Value within another; its line is that of its key. */
function child({ file }: YamlValue, field: string, key: unknown, node: unknown): YamlValue {
  const offset = isScalar(key) || isMap(key) || isSeq(key) || isAlias(key) ? key.range?.[0] : undefined;
  const { line } = file.lines.linePos(offset ?? 0);
  return { field, place: `${file.name} line ${line}`, line, node, file };
}

/** Names as Cloud Foundry has them: `((name))`, `((map.key))`. */
const VARIABLES = /\(\(!?([-/.\w\p{L}]+)\)\)/gu;
const WHOLE = /^\(\(!?([-/.\w\p{L}]+)\)\)$/u;

/** The value that an alias, or a text of one variable, stands for. It keeps the place where it is used. */
export function resolve(value: YamlValue): Pick<YamlValue, 'node' | 'file'> {
  spend(value, ' ');
  const { file } = value;
  const node = file.aliases.get(value.node) ?? value.node;
  const text = isScalar(node) && file.variables !== undefined ? node.value : undefined;
  const name = typeof text === 'string' ? WHOLE.exec(text)?.[1] : undefined;
  return name === undefined ? { node, file } : resolve(variableOf(value, name));
}

function variableOf(value: YamlValue, name: string): YamlValue {
  const [first = '', ...keys] = name.split('.');
  const whole = value.file.variables?.get(name);
  const start = whole ?? value.file.variables?.get(first);
  const found = (whole === undefined ? keys : []).reduce<YamlValue | undefined>(
    (map, key) => (map !== undefined && isFields(map) ? fieldsOf(map).get(key) : undefined),
    start,
  );
  if (found !== undefined) return found;
  throw new UsageError(
    `${value.place}: ${value.field}: the variable ((${name})) has no value: add --var ${name}=VALUE, or --vars-file FILE.`,
  );
}

/** Text of a variable within a text. */
function partOf(value: YamlValue, name: string): string {
  const text = textOf({ ...variableOf(value, name), field: `((${name}))` });
  if (text !== undefined) return text;
  throw new UsageError(
    `${value.place}: ${value.field}: the variable ((${name})) is empty: a part of a text needs a value.`,
  );
}

function spend({ file, place }: YamlValue, text: string): string {
  file.budget.characters -= text.length;
  if (file.budget.characters >= 0) return text;
  throw new UsageError(`${place}: with its aliases and variables the file is too large to read.`);
}

const invalid = ({ place, field }: YamlValue, kind: string): UsageError =>
  new UsageError(`${place}: ${field === '' ? 'it' : field} must be ${kind}.`);
