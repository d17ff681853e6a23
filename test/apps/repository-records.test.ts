import { describe, expect, it } from '@jest/globals';
import { bindingsOf, toApp } from '../../lib/apps/repository-records.ts';

const found = (status: string, observedGeneration: number) => ({
  conditions: [{ type: 'BindingsReady', status, observedGeneration }],
});

describe("the state of an App's bindings", () => {
  it.each<[string, number, object, string | undefined]>([
    ['unknown for a new App', 1, {}, undefined],
    ['stale for an App that was pushed again', 2, {}, 'stale'],
    ['ready', 2, found('True', 2), 'ready'],
    ['not ready', 2, found('False', 2), 'notReady'],
    ['stale when the condition is of the spec before', 3, found('True', 2), 'stale'],
  ])('is %s', (_, generation, status, expected) => {
    expect(bindingsOf(generation, status)).toBe(expected);
  });
});

describe('the build in the status of an App', () => {
  const NOW = '2026-11-24T21:00:00Z';
  const build = { name: 'billing-build-1', id: 'x', sha256: 'y', state: 'running', createdAt: NOW };
  const metadata = {
    ...{ name: 'billing', namespace: 'team-a', uid: 'uid-1', resourceVersion: '7' },
    creationTimestamp: NOW,
  };
  const read = (more: object) =>
    toApp({ metadata, spec: { image: 'busybox:1' }, status: { build: { ...build, ...more } } }).build;

  it('is read', () => {
    expect(read({ finishedAt: NOW })).toEqual({ ...build, finishedAt: NOW });
  });

  it.each([
    { name: '../../team-b/pipelineruns/victim' },
    { name: '..' },
    { name: '' },
    { createdAt: 'yesterday' },
    { finishedAt: 'x' },
    { state: 'unknown' },
  ])('is ignored with %j, which no function writes', (more) => {
    expect(read(more)).toBeUndefined();
  });
});
