import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endpoint } from '../../lib/http/endpoint.ts';
import { encodedSize, MAX_ANSWER_BYTES, respondWithPage } from '../../lib/http/page.ts';
import { emptySchema } from '../../lib/http/request.ts';
import { callRoute, eventOf } from '../support/http-event.ts';

/** Bytes of an answer as Lambda's runtime for Node sends it: the object that the handler returns, as JSON in UTF-8. */
const bytesOf = (result: unknown): number => Buffer.byteLength(JSON.stringify(result));

describe('the size of a part of an answer', () => {
  it.each([
    ['letters', 'abc'],
    ['quotes', '"""'],
    ['backslashes', '\\\\'],
    ['line feeds and tabs', 'a\n\tb'],
    ['control characters', '\u0000\u001f\u007f'],
    ['letters beyond ASCII', 'äß€'],
    ['characters of two units', '😀😀'],
    ['half of a surrogate pair', '\ud83d'],
    ['separators of lines', '\u2028\u2029'],
    ['names with quotes', { 'a"b': 1 }],
    ['numbers, lists and null', [1, -0.5, 1e21, null, true, [[]], {}]],
    ['nothing that is kept', { absent: undefined }],
  ])('of %s is what it adds to the answer, and a separator', (_, part) => {
    const empty = bytesOf({ statusCode: 200, body: JSON.stringify({ items: [] }) });
    expect(bytesOf({ statusCode: 200, body: JSON.stringify({ items: [part] }) })).toBe(
      empty + encodedSize(part) - 2,
    );
  });
});

type Item = { readonly name: string; readonly text: string };

/** List by name, as the cluster lists: its cursor is the name after which it goes on. */
class NamedList {
  #items: readonly Item[];
  readonly limits: number[] = [];

  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  add(item: Item): void {
    this.#items = [...this.#items, item].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  remove(name: string): void {
    this.#items = this.#items.filter((item) => item.name !== name);
  }

  page(limit: number, cursor = '') {
    this.limits.push(limit);
    const rest = this.#items.filter(({ name }) => name > cursor);
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? items.at(-1)?.name : undefined };
  }
}

/** The result of the function for a page. */
const resultOf = async (list: NamedList, limit: number, cursor?: string, mostBytes?: number) => {
  const routed = endpoint({
    verb: 'apps',
    path: emptySchema,
    query: emptySchema,
    body: emptySchema,
    run: () =>
      respondWithPage(
        limit,
        async (most) => list.page(most, cursor),
        (item) => item,
        mostBytes,
      ),
  });
  return callRoute(routed, await eventOf('GET /v1/spaces', ''));
};

const nameOf = (index: number): string => `n${String(index).padStart(3, '0')}`;

const itemsOf = (sizes: readonly (readonly [unit: string, length: number])[]): readonly Item[] =>
  sizes.map(([unit, length], index) => ({ name: nameOf(index), text: unit.repeat(length) }));

/** Budget of a property's answers in bytes: more than its largest item. */
const MOST_BYTES = 60_000;

describe('a page', () => {
  it('that fits is listed once', async () => {
    const list = new NamedList(itemsOf(Array.from({ length: 10 }, () => ['x', 400_000] as const)));
    const { body = '' } = await resultOf(list, 10);
    expect([JSON.parse(body).items.length, JSON.parse(body).cursor, list.limits]).toEqual([
      10,
      undefined,
      [10],
    ]);
  });

  it('that does not fit is listed once more, with the items that fit', async () => {
    const list = new NamedList(itemsOf(Array.from({ length: 30 }, () => ['"', 60_000] as const)));
    const result = await resultOf(list, 50);
    expect([JSON.parse(result.body ?? '').items.length, list.limits]).toEqual([20, [50, 20]]);
    expect(bytesOf(result)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  });

  it('has one item at least: the largest that etcd stores', async () => {
    const list = new NamedList(
      itemsOf([
        ['"', 750_000],
        ['"', 750_000],
        ['x', 1],
      ]),
    );
    const result = await resultOf(list, 50);
    expect(JSON.parse(result.body ?? '')).toMatchObject({ items: [{ name: nameOf(0) }], cursor: nameOf(0) });
    expect(bytesOf(result)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  });

  it('has each item once, in answers that fit, whatever their sizes and whatever comes and goes', async () => {
    const unit = fc.constantFrom('x', '"', '\\', '\n', '\u0001', 'é', '😀');
    const sizes = fc.array(fc.tuple(unit, fc.integer({ min: 0, max: 6_000 })), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30 }), async (drawn, limit) => {
        const items = itemsOf(drawn);
        const list = new NamedList(items);
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const result = await resultOf(list, limit, cursor, MOST_BYTES);
          assert.ok(bytesOf(result) <= MOST_BYTES, `${bytesOf(result)} bytes`);
          const page: { items: readonly Item[]; cursor?: string } = JSON.parse(result.body ?? '');
          assert.ok(page.items.length > 0 || items.length === 0, 'a page without progress');
          found.push(...page.items.map(({ name }) => name));
          cursor = page.cursor;
          // Before the cursor, where nothing is listed again.
          list.remove(found[0] ?? '');
          list.add({ name: `a${found.length}`, text: '' });
        } while (cursor !== undefined);
        assert.deepEqual(
          found,
          items.map(({ name }) => name),
        );
      }),
      { numRuns: 100 },
    );
  });
});
