import { at } from './object.ts';
import { badRequest } from './status.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** Tokens of a label selector: operators, punctuation, words. */
const TOKEN = /\s*(==|!=|=|!|,|\(|\)|[^\s=!,()]+)/y;

const OPERATORS = new Set(['=', '==', '!=', '!', ',', '(', ')']);

/**
 * Parses a label selector (`a=b,c!=d,e in (f,g),h notin (i),j,!k`). All requirements must hold; the empty selector
 * matches everything. Throws 400 with the API server's message.
 */
export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  const tokens = tokensOf(selector);
  const requirements: Requirement[] = [];
  while (tokens.length > 0) {
    requirements.push(requirement(tokens));
    const next = tokens.shift();
    if (next !== undefined && next !== ',') throw unexpected(next, "',' or 'end of string'");
    if (next === ',' && tokens.length === 0) throw unexpected('', "identifier after ','");
  }
  return (labels) => requirements.every((holds) => holds(labels));
}

function tokensOf(selector: string): string[] {
  TOKEN.lastIndex = 0;
  const tokens: string[] = [];
  for (let match = TOKEN.exec(selector); match !== null; match = TOKEN.exec(selector))
    tokens.push(match[1] ?? '');
  return tokens;
}

function requirement(tokens: string[]): Requirement {
  const first = word(tokens);
  if (first === '!') {
    const key = identifier(tokens);
    return (labels) => labels[key] === undefined;
  }
  if (OPERATORS.has(first)) throw unexpected(first, "!, identifier, or 'end of string'");
  const operator = tokens[0];
  if (operator === undefined || operator === ',') return (labels) => labels[first] !== undefined;
  tokens.shift();
  switch (operator) {
    case '=':
    case '==':
      return equals(first, value(tokens));
    case '!=':
      return not(equals(first, value(tokens)));
    case 'in':
      return oneOf(first, values(tokens));
    case 'notin':
      return not(oneOf(first, values(tokens)));
    default:
      throw unreadable(operator, 'in, notin, =, ==, !=, gt, lt');
  }
}

const equals =
  (key: string, expected: string): Requirement =>
  (labels) =>
    labels[key] === expected;

const oneOf =
  (key: string, expected: readonly string[]): Requirement =>
  (labels) =>
    expected.includes(labels[key] ?? '') && labels[key] !== undefined;

/** `!=` and `notin` match objects without the label. */
const not =
  (holds: Requirement): Requirement =>
  (labels) =>
    !holds(labels);

const word = (tokens: string[]): string => tokens.shift() ?? '';

function identifier(tokens: string[]): string {
  const token = word(tokens);
  if (token === '' || OPERATORS.has(token)) throw unreadable(token, 'identifier');
  return token;
}

/** Parses a value, which may be empty: `a=` and `a=,b=c` match the empty string. */
function value(tokens: string[]): string {
  if (tokens[0] === undefined || tokens[0] === ',') return '';
  return identifier(tokens);
}

function values(tokens: string[]): string[] {
  const open = word(tokens);
  if (open !== '(') throw badRequest(`unable to parse requirement: found '${open}' expected: '('`);
  const found = [identifier(tokens)];
  for (let next = word(tokens); next !== ')'; next = word(tokens)) {
    if (next !== ',') throw unreadable(next, "',' or ')'");
    found.push(identifier(tokens));
  }
  return found;
}

/** Error between two requirements. */
const unexpected = (found: string, expected: string) => badRequest(`found '${found}', expected: ${expected}`);

/** Error within a requirement. */
const unreadable = (found: string, expected: string) =>
  badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);

/** Fields by which all objects can be selected; custom resources have only these two. */
const OF_EVERY_OBJECT = ['metadata.name', 'metadata.namespace'];

/** Parses a field selector on the name, the namespace and these fields. Throws 400 for other fields. */
export function parseFieldSelector(
  selector: string,
  selectable: readonly string[] = [],
): (object: unknown) => boolean {
  const terms = selector.split(',').filter((term) => term !== '');
  const checks = terms.map((term) => {
    const [, field, operator, expected] = /^([^=!]*)(==|=|!=)(.*)$/.exec(term) ?? [];
    if (field === undefined) {
      throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
    }
    if (!OF_EVERY_OBJECT.includes(field) && !selectable.includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    const path = field.split('.');
    return (object: unknown) => ((at(object, ...path) ?? '') === expected) === (operator !== '!=');
  });
  return (object) => checks.every((holds) => holds(object));
}
