import { beforeAll, describe, expect, it } from '@jest/globals';
import { createPastRuns, type PastRun } from '../../support/past-runs.ts';
import { objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

const RUNS = 520;
const MINUTE_MS = 60_000;

/** More tasks than Kubernetes lists at once. On the embedded cluster only: the adapter's part is held on both. */
export const longLists = (api: () => Api): void => {
  describe('a long list of tasks', () => {
    let space = '';
    const list = async (cursor?: string) => {
      const query = new URLSearchParams({ limit: '260', ...(cursor === undefined ? {} : { cursor }) });
      return api().call('GET', `/v1/spaces/${space}/tasks?${query}`);
    };
    const namesIn = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);
    const newest = Date.now();
    const past = (app: PastRun['app'], index: number): PastRun => ({
      app,
      id: String((index * 7919) % 100_003).padStart(6, '0'),
      requestedAt: new Date(newest - index * MINUTE_MS),
      condition: { status: 'True', reason: 'Succeeded' },
      reported: true,
    });

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'busy');
      const { body } = await api()
        .target.as('admin')
        .get(objectPath('apps', space, 'busy'));
      const app = {
        space,
        name: 'busy',
        uid: body.metadata.uid,
        createdAt: '',
        pushes: [],
        spec: { image: api().target.image },
      };
      await createPastRuns(
        api().target.as('admin'),
        Array.from({ length: RUNS }, (_, index) => past(app, index)),
      );
    });

    it('has each task once, though one is started and one is deleted while it is read', async () => {
      const first = await list();
      const [gone] = first.body.items;
      // It is the first of all by name.
      await api().push(space, 'aaa');
      await api().run(space, 'aaa', { command: 'true' });
      await api()
        .target.as('keeper')
        .delete(objectPath('pipelineruns', space, gone.name));
      const found = [...first.body.items];
      for (let { cursor } = first.body; cursor !== undefined; ) {
        const { status, body } = await list(cursor);
        expect(status).toBe(200);
        found.push(...body.items);
        cursor = body.cursor;
      }
      expect(found).toHaveLength(RUNS);
      expect(new Set(namesIn(found)).size).toBe(RUNS);
    });

    it.each([
      ['of a moment that the cluster has forgotten', { chunk: '@1', below: 'x' }],
      ['that nobody gave out', { chunk: '@x' }],
    ])('refuses a cursor %s with 410 and what to do', async (_, place) => {
      const { status, body } = await list(Buffer.from(JSON.stringify(place)).toString('base64url'));
      expect([status, body.detail]).toEqual([
        410,
        'The cursor is not one of this list, or has expired: list again without it.',
      ]);
    });
  });
};
