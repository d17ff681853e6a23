import { expect, it } from '@jest/globals';
import { type Listening, OWN_SOURCE } from '../support/listening.ts';
import type { Task } from '../support/own-api.ts';

/** Triggers of jobs: set, replaced, removed. */
export const triggers = ({ api, space, call, create, listen }: Listening): void => {
  it('stop when the trigger is removed', async () => {
    await create('deaf');
    await listen('deaf', 'shop.deaf');
    expect(api().rules(space(), 'deaf')).toHaveLength(1);
    const listed = (await call('GET', '/jobs?triggered=true')).body.items;
    expect(listed.map(({ name }: Task) => name)).toContain('deaf');
    expect((await call('DELETE', '/jobs/deaf/trigger')).status).toBe(204);
    expect(api().rules(space(), 'deaf')).toEqual([]);
    expect((await call('DELETE', '/jobs/deaf/trigger')).status).toBe(404);
    expect((await call('GET', '/jobs/deaf')).body).not.toHaveProperty('trigger');
  });

  it('of a pattern that is replaced by another are no longer those of the first', async () => {
    await create('replaced');
    await listen('replaced', 'shop.a', 'default', { detail: { kind: ['a'], only: [{ exists: true }] } });
    const job = await listen('replaced', 'shop.b', 'default', { detail: { kind: ['b'] } });
    expect(job.trigger).toEqual({
      bus: 'default',
      pattern: { source: ['shop.b'], detail: { kind: ['b'] } },
    });
  });

  it.each([
    ['no pattern', {}, 'pattern'],
    ['an unknown bus', { bus: 'other', pattern: { source: ['shop.a'] } }, 'bus'],
    ['no source', { pattern: { detail: { a: [1] } } }, 'pattern'],
    ['the ends of all spaces', { bus: 'service', pattern: { source: [OWN_SOURCE] } }, 'pattern.detail.space'],
    [
      'too many wildcards',
      {
        pattern: { source: ['shop.a'], id: ['a', 'b', 'c', 'd'].map((one) => ({ wildcard: `*:${one}/*` })) },
      },
      'pattern',
    ],
    ['an operator that is none', { pattern: { source: ['shop.a'], id: [{ like: 'a' }] } }, 'pattern'],
  ])('are refused with %s', async (_, body, field) => {
    const answer = await call('PUT', '/jobs/replaced/trigger', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect((await call('GET', '/jobs/replaced')).body.trigger).toMatchObject({
      pattern: { source: ['shop.b'] },
    });
    expect(api().rules(space(), 'replaced')).toHaveLength(1);
  });
};
