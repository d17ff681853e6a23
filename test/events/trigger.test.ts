import { describe, expect, it } from '@jest/globals';
import { Trigger } from '../../lib/events/trigger.ts';
import { parse } from '../../lib/platform/schema.ts';

/** Numbers of Jobs that kubectl wrote are exact in the cluster, and rounded when they are read. */
describe('a trigger as the cluster has it', () => {
  const read = (number: number) =>
    parse(
      Trigger,
      { pattern: { source: ['shop'], detail: { $or: [{ id: [number] }, { a: [1] }] } } },
      'trigger',
    );

  it.each([9007199254740991, -9007199254740991, 1.5, 5e9])('may have the number %d', (number) => {
    expect(read(number)).toMatchObject({ ok: true });
  });

  it.each([9007199254740992, -9007199254740992, Number('1234567890123456789'), 1e300])(
    'is invalid with %d, which may have been another',
    (number) => {
      expect(read(number)).toEqual({
        ok: false,
        errors: [
          {
            field: 'pattern',
            message: 'It has a number beyond 9007199254740991, which is not kept exactly: use a text.',
          },
        ],
      });
    },
  );
});
