import fc from 'fast-check';
import { anyCharacter } from '../../support/any-character.ts';
import { operations } from '../../support/openapi.ts';
import type { RawRequest } from './api.ts';
import { mangled, odd } from './fuzz.ts';
import { type Given, valuesOf } from './shapes.ts';

type Operation = (typeof operations)[number];

/** Objects that requests name. */
export type Known = {
  readonly space: string;
  /** Names by path parameter: `app`, `job`, `task`, `id`. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Cursors of lists, of this space and of another. */
  readonly cursors: readonly string[];
  /** Values for components of the document. */
  readonly given: Given;
};

/** Segments of a path as they go over the wire: none of them names anything. */
const ODD_SEGMENTS = [
  ...['..', '.', '%2e%2e', '..%2f..%2fteam-b', 'team-b%2fapps', '%2f', '%5c', 'billing%2fstatus'],
  ...['%00', '%0d%0aX-A:%201', '%20', 'billing%20', '%zz', '%', '%c0%ae', '%F0%9F%92%A5', '%252e%252e'],
  ...['billing%3fwatch=true', 'billing%23', ';a=1', 'a,b', '*', '-', 'Billing', 'billing.', '-billing'],
  ...['a'.repeat(63), 'a'.repeat(64), 'a'.repeat(3_000), '__proto__', 'constructor', '{app}', '$(date)'],
];

const anyText = fc.string({ unit: anyCharacter, maxLength: 40 });
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const segment = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...known).map(encoded) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_SEGMENTS) },
    { weight: 1, arbitrary: anyText.map(encoded) },
  );

const pathOf = (template: string, { space, names }: Known): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...template.split('/').map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        if (name === undefined) return fc.constant(part);
        // Of other spaces there is no more to know than that they are closed.
        return name === 'space'
          ? fc.oneof(
              { weight: 30, arbitrary: fc.constant(space) },
              { weight: 1, arbitrary: segment(['team-b']) },
            )
          : segment(names[name] ?? []);
      }),
    )
    .map((parts) => parts.join('/'));

const ODD_VALUES = [
  ...['', '0', '-1', '1e3', '501', '9'.repeat(400), 'true', 'TRUE', 'null', 'a,taskbridge.dev/app=billing'],
  ...['a)', '!a', 'a in (b)', 'a&fieldSelector=metadata.name', '\u0000', '..', 'x'.repeat(6_000)],
];

const queryOf = ({ target }: Operation, { cursors, given }: Known): fc.Arbitrary<string> => {
  const own = target.parameters
    .filter(({ name }) => name !== 'Idempotency-Key')
    .map(({ name, schema }) => {
      const values = name === 'cursor' ? fc.constantFrom(...cursors) : valuesOf(schema, given);
      return fc.tuple(fc.constant(name), values.map(String));
    });
  const names = fc.constantFrom(
    ...[...target.parameters.map(({ name }) => name), 'ap', '__proto__', 'watch'],
  );
  const odd = fc.tuple(names, fc.oneof(fc.constantFrom(...ODD_VALUES, ...cursors), anyText));
  const pair = fc.oneof({ weight: 2, arbitrary: odd }, ...own.map((arbitrary) => ({ weight: 3, arbitrary })));
  const pairs = fc
    .array(pair, { maxLength: 3 })
    .map((found) => found.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join('&'));
  return fc.oneof(
    { weight: 8, arbitrary: pairs },
    { weight: 6, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('&', '=', '%', 'limit', 'limit=%zz', '?', 'a=%ff&a=b', '&&=&') },
  );
};

const JSON_TYPE = { 'content-type': 'application/json' };

const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...['a b', '', 'k'.repeat(256), '\t', '"', 'é'].map((key) => ({ 'idempotency-key': key })),
  ...['text/plain', 'application/x-www-form-urlencoded', '', 'multipart/form-data; boundary=a'].map(
    (type) => ({
      'content-type': type,
    }),
  ),
  ...[{ 'content-encoding': 'gzip' }, { accept: 'text/html' }, { 'x-http-method-override': 'DELETE' }],
  ...[{ 'x-forwarded-user': 'root' }, { 'impersonate-user': 'admin' }, { 'x-a': 'a'.repeat(8_000) }],
];

const headers: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.constantFrom('key-1', 'key-2').map((key) => ({ 'idempotency-key': key })) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_HEADERS) },
);

/** Bodies that are no JSON, or none that anybody means. */
const ODD_BODIES: readonly (string | Uint8Array)[] = [
  ...['', ' \n', 'null', '0', '"text"', '[]', '{', '{"command":"a"', '{"command":"a"}}', "{'command':'a'}"],
  ...['{"command":1e999}', '{"command":"a","command":"b"}', '{"__proto__":{"command":"a"}}', '\ufeff{}'],
  ...['{"command":"\\ud800"}', '{"command":"\\u0000"}', '['.repeat(20_000), '{"a":'.repeat(5_000), 'a=b&c=d'],
  ...[Uint8Array.of(0xff, 0xfe, 0x7b), Uint8Array.of(0x7b, 0xc0, 0x80, 0x7d), ' '.repeat(300_000)],
  JSON.stringify({ command: 'x'.repeat(300_000) }),
];

const bodyOf = ({ target }: Operation, { given }: Known): fc.Arbitrary<RawRequest['body']> => {
  const schema = target.requestBody?.content['application/json']?.schema;
  if (schema === undefined) {
    const given = fc.constantFrom<RawRequest['body']>('{}', ...ODD_BODIES);
    return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: given });
  }
  const meant = valuesOf(schema, given);
  return fc.oneof(
    { weight: 4, arbitrary: meant.map((value) => JSON.stringify(value)) },
    { weight: 8, arbitrary: meant.chain(mangled).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_BODIES) },
  );
};

/** Any request to one of the routes, most of them nearly right. */
export const requestsTo = (routeKeys: readonly string[], known: Known): fc.Arbitrary<RawRequest> =>
  fc.oneof(
    ...operations
      .filter(({ routeKey }) => routeKeys.includes(routeKey))
      .map((operation) => {
        const [method = '', template = ''] = operation.routeKey.split(' ');
        return fc.record({
          method: fc.constant(method),
          path: fc
            .tuple(pathOf(template, known), queryOf(operation, known))
            .map(([path, query]) => (query === '' ? path : `${path}?${query}`)),
          headers: headers.map((more) => ({ ...JSON_TYPE, ...more })),
          body: bodyOf(operation, known),
        });
      }),
  );
