import { afterAll, describe, expect, it } from '@jest/globals';
import { listExactly, type listFitting, listObjects } from '../../../lib/platform/kubernetes/lists.ts';
import { paginate, toArray } from '../../../lib/platform/paginate.ts';
import { lines } from '../../support/lines.ts';
import { json, type Respond } from '../../support/test-server.ts';

const { to, server, close } = lines();
afterAll(close);

const APPS = { group: 'taskbridge.dev', version: 'v1alpha1', plural: 'apps', namespace: 'team-a' };

/** Size limit of a page in these tests, in bytes. */
const MAX_BYTES = 40_000;

const queryOf = ({ path }: { readonly path: string }) => new URL(path, 'http://cluster').searchParams;

/** Lists objects of these sizes in bytes, as the API server does. */
const listing =
  (sizes: readonly number[]): Respond =>
  (request, response) => {
    const from = Number(queryOf(request).get('continue') ?? 0);
    const end = from + Number(queryOf(request).get('limit'));
    const items = sizes
      .slice(from, end)
      .map((size, index) => ({ index: from + index, text: 'x'.repeat(size) }));
    json(response, 200, { metadata: end < sizes.length ? { continue: String(end) } : {}, items });
  };

const limitsAsked = () => server().received.map((request) => Number(queryOf(request).get('limit')));

describe('a list of objects', () => {
  it('that can be read at once is one request', async () => {
    const connection = await to(listing(Array.from({ length: 500 }, () => 10)), { maxPageBytes: MAX_BYTES });
    const { items, next } = await listObjects(connection, APPS, { limit: 500 });
    expect([items.length, next, limitsAsked()]).toEqual([500, undefined, [500]]);
  });

  it('of the largest objects is read in smaller pages, each object once', async () => {
    const sizes = Array.from({ length: 40 }, (_, index) => (index % 10 === 0 ? 10 : 15_000));
    const connection = await to(listing(sizes), { maxPageBytes: MAX_BYTES });
    const items = await toArray(paginate((after) => listObjects(connection, APPS, { limit: 500, after })));
    expect(items).toMatchObject(sizes.map((_, index) => ({ index })));
    expect(limitsAsked().slice(0, 6)).toEqual([500, 125, 32, 8, 2, 500]);
  });

  it('whose one object is larger than any in etcd fails, and ends', async () => {
    const connection = await to(listing([50_000]), { maxPageBytes: MAX_BYTES });
    await expect(listObjects(connection, APPS, { limit: 3 })).rejects.toThrow(
      'An answer of more than 40000 bytes',
    );
    expect(limitsAsked()).toEqual([3, 1]);
  });

  it('that is to be exact has no smaller page', async () => {
    const connection = await to(listing([25_000, 25_000]), { maxPageBytes: MAX_BYTES });
    const asked: number[] = [];
    const list: Parameters<typeof listFitting>[2] = (custom, limit) => {
      asked.push(limit);
      return custom.listNamespacedCustomObject({ ...APPS, limit });
    };
    await expect(listExactly(connection, 2, list)).rejects.toThrow('An answer of more than');
    expect(asked).toEqual([2]);
  });
});
