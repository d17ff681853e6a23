import { ok } from 'node:assert';
import type * as v from 'valibot';
import type { Endpoint } from '../../lib/http/endpoint.ts';
import { ENDPOINTS } from '../../tools/openapi/endpoints.ts';
import { bodyFields, bodyWith } from './body-fields.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const record = (count: number, make: (index: number) => unknown) =>
  Object.fromEntries(times(count, (at) => [`k${at}`, make(at)]));

/** Lists that grow with their size, with well-formed items and others. */
export const LISTS: Readonly<Record<string, (size: number) => readonly unknown[]>> = {
  'a list of numbers': (size) => times(size, () => 1),
  'a list of empty objects': (size) => times(size, () => ({})),
  'a list of lists': (size) => times(size, () => []),
  'a list of texts': (size) => times(size, (at) => `a${at}`),
  'a list of named entries': (size) => times(size, (at) => ({ name: `a${at}`, value: '', secretName: 'a' })),
  'a list of one name': (size) => times(size, () => ({ name: 'a', value: '', secretName: 'a' })),
};

/** Objects that grow with their size. */
export const OBJECTS: Readonly<Record<string, (size: number) => object>> = {
  'an object of texts': (size) => record(size, (at) => `a${at}`),
  'an object of numbers': (size) => record(size, () => 1),
  'an object of objects': (size) => record(size, () => ({})),
};

/** Texts that grow with their size. */
export const TEXTS: Readonly<Record<string, (size: number) => string>> = {
  'a text of letters': (size) => 'a'.repeat(10 * size),
  'a text of digits': (size) => '1'.repeat(10 * size),
  'a text of signs': (size) => 'a.a-a/a_'.repeat(size),
  'a text of white space': (size) => ' \n'.repeat(5 * size),
  'a text of wide characters': (size) => '한'.repeat(10 * size),
};

const endpoints: Readonly<Record<string, Pick<Endpoint<never>, 'schemas'>>> = ENDPOINTS;

/** Schema of the body of a route. */
export const bodySchemaOf = (route: string): v.GenericSchema | undefined => endpoints[route]?.schemas.body;

/** Each field of each body, with each of these values in it. `body` puts a value there. */
export async function* growingBodies<T>(values: Readonly<Record<string, (size: number) => T>>) {
  for (const [route, fields] of await bodyFields()) {
    const schema = bodySchemaOf(route);
    ok(schema !== undefined, route);
    for (const { path } of fields)
      for (const [kind, make] of Object.entries(values))
        yield {
          name: `${kind} at ${route} ${path}`,
          schema,
          make,
          body: (value: unknown) => bodyWith(path, value),
        };
  }
}
