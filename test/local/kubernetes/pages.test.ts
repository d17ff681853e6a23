import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createPager } from '../../../local/kubernetes/pages.ts';
import { CONFIG_MAPS } from '../../../local/kubernetes/resources.ts';
import { ApiError } from '../../../local/kubernetes/status.ts';
import { createStore } from '../../../local/kubernetes/store.ts';

const store = () => {
  const made = createStore();
  for (const [namespace, name] of [
    ['b', 'one'],
    ['a', 'two'],
    ['a-b', 'three'],
    ['a', 'one'],
  ] as const) {
    made.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
  }
  return made;
};

const all = { kind: CONFIG_MAPS, selected: false, matches: () => true, limit: 0, continue: '' };

describe('pages', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are in etcd order, by namespace/name as one string', () => {
    const { items } = createPager(store())(all);
    expect(items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'a-b/three',
      'a/one',
      'a/two',
      'b/one',
    ]);
  });

  it('show the state of the first page, and can be read again', () => {
    const objects = store();
    const page = createPager(objects);
    const first = page({ ...all, limit: 3 });
    const [, , gone] = first.items;
    if (gone !== undefined) objects.remove(CONFIG_MAPS, gone);
    objects.create(CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'c', name: 'new' },
    });
    const next = { ...all, limit: 3, continue: first.metadata.continue ?? '' };
    expect(page(next).items.map(({ metadata }) => metadata.name)).toEqual(['one']);
    expect(page(next)).toEqual(page(next));
  });

  it('expire after five minutes, with a token that continues at the newest state', () => {
    const objects = store();
    const page = createPager(objects);
    const { metadata } = page({ ...all, limit: 3 });
    jest.advanceTimersByTime(5 * 60_000 + 1);
    const late = () => page({ ...all, continue: metadata.continue ?? '' });
    expect(late).toThrow('The provided continue parameter is too old');
    try {
      late();
    } catch (error) {
      const next = error instanceof ApiError ? error.options.continue : undefined;
      expect(page({ ...all, continue: next ?? '' }).items.map(({ metadata: found }) => found.name)).toEqual([
        'one',
      ]);
    }
    expect.assertions(2);
  });

  it('of an exact revision last as long', () => {
    const objects = store();
    const page = createPager(objects);
    const first = page({ ...all, limit: 3 });
    const atRevision = { ...all, limit: 3, atRevision: Number(first.metadata.resourceVersion) };
    const [early] = first.items;
    if (early !== undefined) objects.remove(CONFIG_MAPS, early);
    expect(page(atRevision)).toEqual(first);
    jest.advanceTimersByTime(5 * 60_000 + 1);
    expect(() => page(atRevision)).toThrow('The resourceVersion for the provided list is too old.');
    expect(() => page({ ...all, atRevision: 9_999 })).toThrow('Too large resource version');
  });

  it.each([
    ['what is no token', 'zz', 400],
    ['a token of another server, from the past', token({ rv: 1, start: 'a/one\0' }), 410],
    ['a token of another server, from the future', token({ rv: 9_999, start: 'a/one\0' }), 504],
    ['a token without a start', token({ rv: 3, start: '' }), 400],
    ['a token that leads out of its kind', token({ rv: 3, start: '../secrets' }), 400],
  ])('reject %s', (_, next, code) => {
    expect(() => createPager(store())({ ...all, continue: next })).toThrow(expect.objectContaining({ code }));
  });
});

function token(content: object): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...content })).toString('base64url');
}
