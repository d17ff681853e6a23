import { ok } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keepsNumber, lossIn } from '../../lib/platform/json.ts';
import { holdsFor } from '../support/property.ts';

describe('the loss of a JSON text', () => {
  it.each([
    [
      '{"pattern":{"detail":{"id":["a",1234567890123456789]}}}',
      'pattern.detail.id[1]',
      '1234567890123456789 would',
    ],
    ['[[],[{"a":[0,{"b c":1e400}]}]]', '[1][0].a[1].b c', '1e400 would become Infinity'],
    ['{"a":-9007199254740993}', 'a', '-9007199254740993 would become -9007199254740992'],
    ['{"a":0.12345678901234567890}', 'a', 'use a number of at most 15 digits, or a text'],
    ['{"a":1e-400}', 'a', 'would become 0'],
    ['12345678901234567', '', 'would become'],
    ['{"id":["a"],"id":["b"]}', 'id', 'It is there twice'],
    ['{"a":{"b":1,"c":{"b":2},"\\u0062":3}}', 'a.b', 'It is there twice'],
    ['[{"a":1},{"a":1,"x":"}","a":1}]', '[1].a', 'It is there twice'],
    ['{"__proto__":1,"__proto__":1}', '__proto__', 'It is there twice'],
    ['{"":1,"":1}', '', 'It is there twice'],
    [`{"a":${'1'.repeat(200)}}`, 'a', `${'1'.repeat(80)}… would`],
  ])('of %s is at %s', (text, field, words) => {
    JSON.parse(text);
    expect(lossIn(text)).toEqual({ field, message: expect.stringContaining(words) });
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '["a","a",1,1]',
    '{"a":"\\",\\"a\\":1234567890123456789"}',
    '{"a\\\\":1,"a":2,"1234567890123456789":null}',
    '[1.50,-0,0e999,1e3,0.1,9007199254740992,1E+2,5e-324,true,false,null]',
    ' { "a" : 1 , "b" : [ 2 , 3 ] } \n',
  ])('is none for %s', (text) => {
    JSON.parse(text);
    expect(lossIn(text)).toBeUndefined();
  });

  it('is none for what JSON.stringify wrote', () => {
    holdsFor(
      500,
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) =>
        ok(lossIn(JSON.stringify(value, undefined, space)) === undefined),
      ),
    );
  });
});

describe('a number', () => {
  it('is kept where its digits are those of the double', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 25 });
    holdsFor(
      2_000,
      fc.property(digits, (all) => {
        const text = all.join('').replace(/^0+(?=\d)/, '');
        ok(
          keepsNumber(text) ===
            (BigInt(Number(text)) === BigInt(text) ||
              String(Number(text)).replace(/e.*|\./g, '') === text.replace(/0+$/, '')),
        );
      }),
    );
  });
});
