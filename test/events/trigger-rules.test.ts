import { describe, expect, it } from '@jest/globals';
import { isSamePattern, Trigger, triggerHash } from '../../lib/events/trigger.ts';
import { allowedSources, type EventStage, problemOfTrigger } from '../../lib/events/trigger-rules.ts';
import { parse } from '../../lib/platform/schema.ts';

const STAGE: EventStage = {
  service: 'taskbridge',
  stage: 'prod',
  busName: 'taskbridge-prod',
  sources: {
    'team-a': { default: ['aws.s3'], service: ['shop.*'] },
    '*': { default: ['aws.health'] },
  },
};
const OWN = 'taskbridge.prod';
const problem = (bus: 'default' | 'service', pattern: object, space = 'team-a', stage = STAGE) =>
  problemOfTrigger(stage, space, { bus, pattern: { ...pattern } });

describe('the allowed sources of a space', () => {
  it('are those of the space, those of every space and, on the service bus, its own events', () => {
    expect(allowedSources(STAGE, 'team-a', 'default')).toEqual(['aws.health', 'aws.s3']);
    expect(allowedSources(STAGE, 'team-a', 'service')).toEqual([OWN, 'shop.*']);
    expect(allowedSources(STAGE, 'constructor', 'default')).toEqual(['aws.health']);
    expect(allowedSources({ service: 'taskbridge', stage: 'prod' }, 'team-a', 'default')).toEqual([]);
  });
});

describe('a trigger', () => {
  it.each([
    ['of an allowed source', 'default', { source: ['aws.s3'], detail: { bucket: { name: ['in'] } } }],
    ['of a source that every space may', 'default', { source: ['aws.health'] }],
    ['of a family of sources', 'service', { source: [{ prefix: 'shop.' }] }],
    ['of its own finished tasks', 'service', { source: [OWN], detail: { space: ['team-a'], job: ['a'] } }],
    [
      'of its own or of the shop',
      'service',
      { $or: [{ source: ['shop.orders'] }, { source: [OWN], detail: { space: ['team-a'] } }] },
    ],
  ] as const)('%s is taken', (_, bus, pattern) => {
    expect(problem(bus, pattern)).toBeUndefined();
  });

  it.each([
    ['without a source', 'default', { 'detail-type': ['Object Created'] }, 'pattern', 'source'],
    ['of another source', 'default', { source: ['aws.ec2'] }, 'pattern.source', 'aws.s3'],
    [
      'of all sources but one',
      'default',
      { source: [{ 'anything-but': ['x'] }] },
      'pattern.source',
      'aws.s3',
    ],
    [
      'of the finished tasks of every space',
      'service',
      { source: [OWN] },
      'pattern.detail.space',
      '["team-a"]',
    ],
    [
      'of the ends of the tasks of others',
      'service',
      { source: [OWN], detail: { space: ['team-b'] } },
      'pattern.detail.space',
      '["team-a"]',
    ],
    [
      'that hides them behind another source',
      'service',
      { source: ['shop.orders', OWN], detail: { space: [{ prefix: 'team-' }] } },
      'pattern.detail.space',
      '["team-a"]',
    ],
    ['of Taskbridge on the default bus', 'default', { source: [OWN] }, 'pattern.source', 'aws.s3'],
    [
      'that is not a pattern',
      'default',
      { source: 'aws.s3' },
      'pattern.source',
      'Event pattern is not valid',
    ],
  ] as const)('%s is refused', (_, bus, pattern, field, words) => {
    expect(problem(bus, pattern)).toMatchObject({ field, message: expect.stringContaining(words) });
  });

  it('of Taskbridge events must name its space even where every source is allowed', () => {
    const open = { ...STAGE, sources: { '*': { service: ['*'] } } };
    expect(problem('service', { source: [{ prefix: 'task' }] }, 'team-a', open)?.field).toBe(
      'pattern.detail.space',
    );
  });

  it('on the service bus needs a stage with a bus', () => {
    expect(
      problem('service', { source: ['shop.a'] }, 'team-a', { ...STAGE, busName: undefined }),
    ).toMatchObject({
      field: 'bus',
    });
  });

  it('has another hash where the stage allows other sources', () => {
    const trigger = { bus: 'default', pattern: { source: ['aws.s3'] } } as const;
    expect(triggerHash(trigger, ['aws.s3'])).not.toBe(triggerHash(trigger, ['aws.s3', 'aws.ec2']));
    expect(triggerHash(trigger, ['aws.s3'])).not.toBe(
      triggerHash({ ...trigger, bus: 'service' }, ['aws.s3']),
    );
  });

  it('equals that of a rule with its fields in another order', () => {
    const wanted = '{"source":["a"],"detail":{"a":[2],"b":[1]}}';
    expect(isSamePattern('{ "detail": {"b": [1], "a": [2]},\n "source": ["a"] }', wanted)).toBe(true);
    expect(isSamePattern('{ "detail": {"b": [2], "a": [1]}, "source": ["a"] }', wanted)).toBe(false);
    expect(isSamePattern(undefined, wanted)).toBe(false);
  });

  const deep = (depth: number): object => {
    let pattern: object = { a: [1] };
    for (let level = 0; level < depth; level += 1) pattern = { a: pattern };
    return pattern;
  };
  it.each([
    ['not an object', 'aws.s3', 'is not an object'],
    ['a list', [], 'is not an object'],
    ['too long', { source: ['a'.repeat(2_048)] }, 'More than 2048 characters'],
    [
      'nested deeper than a body may be',
      deep(31),
      'nested too deep: its lists and objects may have 32 levels',
    ],
    ['nested deeper than the stack', deep(100_000), 'nested too deep'],
  ])('whose pattern is %s is refused as a field', (_, pattern, words) => {
    const parsed = parse(Trigger, { pattern }, 'body');
    expect(parsed).toMatchObject({
      ok: false,
      errors: [{ field: 'pattern', message: expect.stringContaining(words) }],
    });
  });
});
