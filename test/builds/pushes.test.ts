import { describe, expect, it } from '@jest/globals';
import type { BuildRecord } from '../../lib/builds/build.ts';
import { imageInForce, isUnrecorded, pushesOf, toHistory } from '../../lib/builds/pushes.ts';
import { sourceId } from '../../lib/builds/source.ts';
import { UPLOADED } from '../support/building.ts';

const IMAGE = 'registry.example/billing:1';
const source = (rebuild: string) => ({ sha256: UPLOADED, rebuild });
const idOf = (rebuild: string) => sourceId(source(rebuild));
const pushOf = (rebuild: string) => `source:${idOf(rebuild)}`;
const [ONE, TWO, THREE] = ['one', 'two', 'three'].map(pushOf);

describe('pushesOf', () => {
  it.each([
    ['no record', { source: source('one') }, [], [ONE]],
    ['the record of the push before', { source: source('two') }, [[1, ONE]], [TWO, ONE]],
    ['a record of this push', { source: source('two') }, [[2, TWO, ONE]], [TWO, ONE]],
    [
      'the later of two records',
      { source: source('three') },
      [
        [2, TWO, ONE],
        [1, ONE],
      ],
      [THREE, TWO, ONE],
    ],
    [
      'the first of two of one generation',
      { source: source('three') },
      [
        [2, TWO],
        [2, ONE],
      ],
      [THREE, TWO],
    ],
    ['a source that was pushed before', { source: source('one') }, [[2, TWO, ONE]], [ONE, TWO]],
    ['an image, before which nothing counts', { image: IMAGE }, [[2, TWO, ONE]], [`image:${IMAGE}`]],
    [
      'a source after an image',
      { source: source('two') },
      [[2, `image:${IMAGE}`, ONE]],
      [TWO, `image:${IMAGE}`],
    ],
  ] as const)('reads %s', (_, spec, records, expected) => {
    const histories = records.map(([generation, ...pushes]) => toHistory({ generation, pushes }));
    expect(pushesOf(spec, histories)).toEqual(expected);
  });

  it('keeps the newest fifty', () => {
    const pushes = Array.from({ length: 50 }, (_, index) => `source:${String(index).padStart(10, '0')}`);
    const all = pushesOf({ source: source('one') }, [toHistory({ generation: 1, pushes })]);
    expect(all).toEqual([ONE, ...pushes.slice(0, 49)]);
  });
});

describe('toHistory', () => {
  it.each([
    ['nothing', undefined],
    ['text that is no JSON', '{'],
    ['JSON of another shape', '[]'],
    ['an object of another shape', { pushes: 'one' }],
    ['an image that is none', { generation: 1, pushes: ['image:$(context.taskRun.name)'] }],
    ['a source without an id', { generation: 1, pushes: ['source:'] }],
    ['more pushes than are remembered', { generation: 1, pushes: Array(51).fill(`image:${IMAGE}`) }],
  ])('finds none in %s', (_, value) => {
    expect(toHistory(value)).toBeUndefined();
  });
});

it.each([
  ['a source that no record begins with', { source: source('two') }, true],
  ['the source of the newest record', { source: source('one') }, false],
  ['an image that no record begins with', { image: IMAGE }, true],
  ['an invalid App', {}, false],
])('isUnrecorded is told of %s', (_, spec, expected) => {
  expect(isUnrecorded(spec, [undefined, toHistory({ generation: 1, pushes: [ONE] })])).toBe(expected);
});

describe('imageInForce', () => {
  const DIGEST = `sha256:${'4'.repeat(64)}`;
  const build = (rebuild: string, state: 'good' | 'failed' | 'running', more: Partial<BuildRecord> = {}) => ({
    ...{ space: 'team-a', name: `build-${rebuild}`, uid: `uid-${rebuild}`, ownerUid: 'app', deleting: false },
    ...{ createdAt: '2026-11-24T21:00:00Z', labels: {}, annotations: {}, repository: 'r' },
    ...{ id: idOf(rebuild), sha256: UPLOADED },
    ...(state === 'good'
      ? { digest: DIGEST, condition: { status: 'True', reason: 'Succeeded' } as const }
      : {}),
    ...(state === 'failed' ? { condition: { status: 'False', reason: 'Failed' } as const } : {}),
    ...more,
  });
  const app = (...pushes: readonly (string | undefined)[]) => ({
    uid: 'app',
    pushes: pushes.filter((push) => push !== undefined),
  });

  it.each([
    [
      'the build of the newest push',
      app(TWO, ONE),
      [build('one', 'good'), build('two', 'good')],
      'build-two',
    ],
    [
      'that of the push before a failed build',
      app(TWO, ONE),
      [build('two', 'failed'), build('one', 'good')],
      'build-one',
    ],
    [
      'that of the push before a running build',
      app(TWO, ONE),
      [build('two', 'running'), build('one', 'good')],
      'build-one',
    ],
    [
      'an older build whose source was pushed later',
      app(THREE, ONE, TWO),
      [build('two', 'good'), build('one', 'good'), build('three', 'failed')],
      'build-one',
    ],
    [
      'no build of an earlier app of its name',
      app(ONE),
      [build('one', 'good', { ownerUid: 'earlier' })],
      undefined,
    ],
    ['no good build that left no digest', app(ONE), [build('one', 'good', { digest: undefined })], undefined],
    [
      'the newer of two attempts',
      app(ONE),
      [
        build('one', 'good', { name: 'first', createdAt: '2026-11-24T21:00:00Z' }),
        build('one', 'good', { name: 'second', createdAt: '2026-11-24T22:00:00Z' }),
      ],
      'second',
    ],
  ])('is %s', (_, given, builds, expected) => {
    expect(imageInForce(given, builds)?.build).toBe(expected);
  });

  it('is the image that was pushed before sources without a good build', () => {
    expect(imageInForce(app(ONE, `image:${IMAGE}`), [build('one', 'failed')])).toEqual({
      image: IMAGE,
      processes: [],
    });
  });

  it('is the recorded image where its build is gone, in the order of its push', () => {
    const built = { image: 'r@recorded', build: 'build-two', id: idOf('two'), processes: [] };
    const older = [build('one', 'good')];
    expect(imageInForce({ ...app(THREE, TWO, ONE), built }, older)).toBe(built);
    expect(imageInForce({ ...app(THREE, ONE, TWO), built }, older)?.build).toBe('build-one');
    expect(imageInForce({ ...app(THREE), built }, [])).toBe(built);
  });
});
