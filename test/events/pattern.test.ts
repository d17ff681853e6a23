import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { problemOfPattern } from '../../lib/events/pattern.ts';
import { branchesOf, isValid } from '../support/event-patterns.ts';
import { holdsFor } from '../support/property.ts';

const OWN = 'taskbridge.prod';

describe('a pattern with allowed sources', () => {
  const answer = (pattern: object, sources: readonly string[]): string => {
    const problem = problemOfPattern(pattern, { sources, own: OWN, space: 'team-a' });
    return problem === undefined ? 'accepted' : `${problem.field}: ${problem.message}`;
  };

  it.each<readonly [object, readonly string[]]>([
    [{ source: ['aws.s3'] }, ['aws.s3']],
    [{ source: ['aws.s3', 'shop.orders'] }, ['shop.*', 'aws.s3']],
    [{ source: [{ prefix: 'shop.' }] }, ['shop.*']],
    [{ source: [{ prefix: 'shop.orders' }] }, ['shop.*']],
    [{ source: [{ exists: true }], detail: { space: ['team-a'] } }, ['*']],
    [{ $or: [{ source: ['aws.s3'] }, { source: ['aws.ec2'], detail: { a: [1] } }] }, ['aws.s3', 'aws.ec2']],
  ])('may be %j, of %j', (pattern, sources) => {
    expect(answer(pattern, sources)).toBe('accepted');
  });

  it.each<readonly [string, object, readonly string[], string]>([
    [
      'names none',
      { detail: { a: [1] } },
      ['aws.s3'],
      ': Event pattern is not valid. Reason: It must say "source". Write "source": ["aws.s3"]; this space may listen to aws.s3.',
    ],
    [
      'names another',
      { source: ['aws.ec2'] },
      ['aws.s3', 'shop.*'],
      'source: Event pattern is not valid. Reason: "aws.ec2" may be another source. Write "source": ["aws.s3"]; this space may listen to aws.s3, shop.*.',
    ],
    [
      'names another beside',
      { source: ['aws.s3', 'aws.ec2'] },
      ['aws.s3'],
      'source: Event pattern is not valid. Reason: "aws.ec2" may be another source.',
    ],
    ['names a source with an allowed one as its prefix', { source: ['aws.s3x'] }, ['aws.s3'], 'source: '],
    [
      'names a wider beginning',
      { source: [{ prefix: 'sh' }] },
      ['shop.*'],
      'source: Event pattern is not valid. Reason: An operator (prefix) may be another source. Write "source": [{"prefix": "shop."}];',
    ],
    ['has a prefix of an exact source', { source: [{ prefix: 'aws.s3' }] }, ['aws.s3'], 'source: '],
    ['has anything-but', { source: [{ 'anything-but': 'aws.ec2' }] }, ['aws.s3'], 'source: '],
    ['leaves it out in one arm', { $or: [{ source: ['aws.s3'] }, { detail: { a: [1] } }] }, ['aws.s3'], ': '],
    ['has it one level down', { source: { x: ['aws.s3'] } }, ['aws.s3'], ': '],
    ['has it below a field without a name', { '': { source: ['aws.s3'] } }, ['aws.s3'], ': '],
    [
      'says nothing, and may anything',
      { detail: { a: [1] } },
      ['*'],
      ': Event pattern is not valid. Reason: It must say "source". Write "source": ["aws.s3"]; this space may listen to *.',
    ],
    [
      'is of a space that may listen to none',
      { source: ['aws.s3'] },
      [],
      'source: Event pattern is not valid. Reason: "aws.s3" may be another source. This space may listen to no source: the stage sets them.',
    ],
    [
      'is no list',
      { source: 'aws.s3' },
      ['aws.s3'],
      'source: Event pattern is not valid. Reason: "source" must be an object or an array. Write a list: {"source": ["aws.s3"]}.',
    ],
    [
      'has a prefix and another operator',
      { source: [{ prefix: 'shop.', suffix: 'x' }] },
      ['shop.*'],
      'source: ',
    ],
    ['has a prefix that is not a string', { source: [{ prefix: ['shop.'] }] }, ['shop.*'], 'source: '],
    ['has a number', { source: [1] }, ['shop.*'], 'source: Event pattern is not valid. Reason: 1 may be'],
    [
      'has a source twice, one of which is foreign',
      { source: ['aws.s3'], $or: [{ source: ['aws.ec2'] }, { id: ['a'] }] },
      ['aws.s3'],
      'source: Event pattern is not valid. Reason: "aws.ec2" may be another source.',
    ],
    [
      'has one arm alone',
      { $or: [{ source: ['aws.s3'] }] },
      ['aws.s3'],
      '$or: Event pattern is not valid. Reason: $or must be a list of two objects or more.',
    ],
    ['has an arm that is not an object', { detail: { $or: [{ a: [1] }, 'b'] } }, ['aws.s3'], 'detail.$or: '],
    [
      'pins its space in one place and opens it in another',
      { source: ['taskbridge.prod'], detail: { space: ['team-a'] }, 'detail.space': [{ exists: true }] },
      ['taskbridge.prod'],
      'detail.space: Events of "taskbridge.prod" are about every space;',
    ],
  ])('is refused if it %s', (_, pattern, sources, words) => {
    expect(answer(pattern, sources)).toMatch(
      new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`),
    );
  });

  it('is accepted by its size, though its $or multiply to 6^20 branches', () => {
    const arms = Array.from({ length: 3 }, (_, arm) => ({ id: [String(arm)] }));
    const nested = (depth: number): object =>
      depth === 0
        ? { source: ['aws.s3'] }
        : {
            $or: [{ a: [1] }, { b: [1] }],
            detail: { x: { $or: arms } },
            [`f${depth}`]: [1],
            ...or(depth - 1),
          };
    const or = (depth: number): object => ({ [`n${depth}`]: { $or: arms }, ...nested(depth) });
    // Some 6^20 branches.
    const pattern = nested(20);
    expect(answer(pattern, ['aws.s3'])).toBe('accepted');
  });

  it('is rejected exactly when one of its branches is', () => {
    const entry = fc.constantFrom('aws.s3', 'aws.ec2', 'shop.a', OWN, { prefix: 'shop.' }, { exists: true });
    const source = fc.record({ source: fc.array(entry, { minLength: 1, maxLength: 2 }) });
    const spaces = fc.array(fc.constantFrom('team-a', 'team-b'), { minLength: 1, maxLength: 2 });
    const space = spaces.map((space) => ({ detail: { space } }));
    const { pattern } = fc.letrec<{ pattern: object }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'small' },
        source,
        space,
        fc.tuple(source, space).map(([one, other]) => ({ ...one, ...other })),
        fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map(($or) => ({ $or })),
        fc.tuple(source, tie('pattern')).map(([one, other]) => ({ ...one, $or: [other, { id: ['a'] }] })),
      ),
    }));
    const allowed = ['aws.s3', 'shop.*', OWN];
    const within = ['aws.s3', 'shop.a', OWN, '{"prefix":"shop."}'];
    const isOpen = ({
      source = [],
      'detail.space': space = [],
    }: Readonly<Record<string, readonly unknown[]>>) => {
      const texts = source.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
      const isPinned = space.length > 0 && space.every((one) => one === 'team-a');
      const isWithin = texts.length > 0 && texts.every((text) => within.includes(text));
      return !isWithin || (texts.includes(OWN) && !isPinned);
    };
    holdsFor(
      2_000,
      fc.property(pattern, (one) => {
        fc.pre(isValid(one));
        expect(answer(one, allowed) !== 'accepted').toBe(branchesOf(one).some(isOpen));
      }),
    );
  });
});
