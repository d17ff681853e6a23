import { describe, expect, it } from '@jest/globals';
import { emptySchema } from '../../lib/http/request.ts';
import { parse } from '../../lib/platform/schema.ts';
import { ENDPOINTS } from '../../tools/openapi/endpoints.ts';
import { bodyFields } from '../support/body-fields.ts';
import { bodySchemaOf, growingBodies, LISTS, OBJECTS } from '../support/growing-bodies.ts';

/** Counts what is read of a list or an object, which a proxy stands for. */
function counted(value: object): { readonly proxy: object; readonly reads: () => number } {
  let reads = 0;
  const proxy = new Proxy(value, {
    get: (target, key, receiver) => {
      reads += 1;
      return Reflect.get(target, key, receiver);
    },
    getOwnPropertyDescriptor: (target, key) => {
      reads += 1;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
  return { proxy, reads: () => reads };
}

/** Number of reads of a value of this size, and of one twice as large, for each field of each body. */
async function* readsOf(values: Readonly<Record<string, (size: number) => object>>, size: number) {
  for await (const { name, schema, make, body } of growingBodies(values)) {
    const [once = 0, twice = 0] = [size, 2 * size].map((length) => {
      const { proxy, reads } = counted(make(length));
      parse(schema, body(proxy), 'body');
      return reads();
    });
    yield { name, once, twice };
  }
}

it('the routes with a body are those that the document gives one', async () => {
  const routes = Object.keys(ENDPOINTS).filter((route) => bodySchemaOf(route) !== emptySchema);
  const fields = await bodyFields();
  expect([...fields.keys()].sort()).toEqual(routes.sort());
  expect([...fields.values()].flat().filter(({ isList }) => isList).length).toBeGreaterThan(5);
});

describe('what is read of a body', () => {
  it('is not more for a longer list, where it is too long or out of place', async () => {
    const more = [];
    // The longest list that is allowed has 1,000 entries.
    for await (const { name, once, twice } of readsOf(LISTS, 1_001))
      if (twice > once) more.push(`${name}: ${once} reads, then ${twice}`);
    expect(more).toEqual([]);
  });

  it('grows no faster than the number of fields of an object', async () => {
    const faster = [];
    for await (const { name, once, twice } of readsOf(OBJECTS, 200))
      if (twice > 3 * once) faster.push(`${name}: ${once} reads, then ${twice}`);
    expect(faster).toEqual([]);
  });
});
