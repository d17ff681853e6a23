import { describe, expect, it } from '@jest/globals';
import { toStructured } from '../../../local/kubernetes/structural.ts';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        policy: { type: 'string', default: 'Always' },
        note: { type: 'string', nullable: true },
        schedule: { type: 'object', properties: { zone: { type: 'string', default: 'UTC' } } },
        env: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
};

describe('toStructured', () => {
  it.each([
    ['an absent field', {}, { policy: 'Always' }, []],
    ['a field that is there', { policy: 'Forbid' }, { policy: 'Forbid' }, []],
    ['null where none is allowed', { policy: null }, { policy: 'Always' }, []],
    ['null where it is', { note: null }, { policy: 'Always', note: null }, []],
    [
      'an object in which one is absent',
      { schedule: {} },
      { policy: 'Always', schedule: { zone: 'UTC' } },
      [],
    ],
    ['an unknown field', { foo: 1 }, { policy: 'Always' }, ['spec.foo']],
    [
      'an unknown field of an element',
      { env: [{ name: 'A' }, { nmae: 'B' }] },
      { policy: 'Always', env: [{ name: 'A' }, {}] },
      ['spec.env[1].nmae'],
    ],
    ['any key of a map', { labels: { a: 'b' } }, { policy: 'Always', labels: { a: 'b' } }, []],
    ['anything in a free field', { free: { a: [1] } }, { policy: 'Always', free: { a: [1] } }, []],
    ['a name that every object inherits', { toString: 1 }, { policy: 'Always' }, ['spec.toString']],
  ])('%s', (_, spec, expected, unknown) => {
    expect(toStructured(schema, { kind: 'Job', metadata: { name: 'x' }, spec })).toEqual({
      value: { kind: 'Job', metadata: { name: 'x' }, spec: expected },
      unknown,
    });
  });
});
