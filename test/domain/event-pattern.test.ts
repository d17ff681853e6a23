import { describe, expect, it } from '@jest/globals';
import { parseEventPattern } from '../../lib/domain/event-pattern.ts';

describe('a pattern for those who may listen to some sources', () => {
  const answer = (pattern: unknown, sources: readonly string[]): string => {
    const parsed = parseEventPattern(pattern, sources);
    return parsed.outcome === 'refused' ? `${parsed.at}: ${parsed.message}` : parsed.outcome;
  };

  it.each<readonly [unknown, readonly string[]]>([
    [{ source: ['aws.s3'] }, ['aws.s3']],
    [{ source: ['aws.s3', 'shop.orders'] }, ['shop.*', 'aws.s3']],
    [{ source: [{ prefix: 'shop.' }] }, ['shop.*']],
    [{ source: [{ prefix: 'shop.orders' }] }, ['shop.*']],
    [{ source: [{ exists: true }] }, ['*']],
    [{ $or: [{ source: ['aws.s3'] }, { source: ['aws.ec2'], detail: { a: [1] } }] }, ['aws.s3', 'aws.ec2']],
  ])('may be %j, of %j', (pattern, sources) => {
    expect(answer(pattern, sources)).toBe('accepted');
  });

  it.each<readonly [string, unknown, readonly string[], string]>([
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
    ['names one that only begins so', { source: ['aws.s3x'] }, ['aws.s3'], 'source: '],
    [
      'names a wider beginning',
      { source: [{ prefix: 'sh' }] },
      ['shop.*'],
      'source: Event pattern is not valid. Reason: An operator (prefix) may be another source. Write "source": [{"prefix": "shop."}];',
    ],
    ['says a beginning of a plain source', { source: [{ prefix: 'aws.s3' }] }, ['aws.s3'], 'source: '],
    ['says what it is not', { source: [{ 'anything-but': 'aws.ec2' }] }, ['aws.s3'], 'source: '],
    ['leaves it out in one arm', { $or: [{ source: ['aws.s3'] }, { detail: { a: [1] } }] }, ['aws.s3'], ': '],
    ['has it one level down', { source: { x: ['aws.s3'] } }, ['aws.s3'], ': '],
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
      'has an operator that there is not',
      { source: ['aws.s3'], time: [{ after: 1 }] },
      ['aws.s3'],
      'time: Event pattern is not valid. Reason: Unrecognized match type after. Known: prefix, suffix,',
    ],
  ])('is refused if it %s', (_, pattern, sources, words) => {
    expect(answer(pattern, sources)).toMatch(
      new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`),
    );
  });
});
