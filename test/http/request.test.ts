import { describe, expect, it } from '@jest/globals';
import { jsonBody } from '../../lib/http/request.ts';

const KiB = 1024;

describe('a body', () => {
  it.each([
    ['as a string', '{"command":"echo 한글"}', false],
    ['in base64', Buffer.from('{"command":"echo 한글"}').toString('base64'), true],
  ])('is read %s', (_, body, isBase64Encoded) => {
    expect(jsonBody(body, isBase64Encoded)).toEqual({ command: 'echo 한글' });
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['white space', ' \n'],
  ])('that is %s is an empty object', (_, body) => {
    expect(jsonBody(body, false)).toEqual({});
  });

  it.each([
    ['cut short', '{"command":', 'end of JSON'],
    ['a form', 'command=ls', 'Unexpected token'],
    ['YAML', 'command: ls', 'Unexpected token'],
  ])('that is %s is malformed', (_, body, why) => {
    expect(() => jsonBody(body, false)).toThrow(
      expect.objectContaining({
        kind: 'malformed',
        message: expect.stringMatching(new RegExp(`^The body is not JSON: .*${why}`)),
      }),
    );
  });

  it.each([
    ['as a string', (text: string) => text, false],
    ['in base64', (text: string) => Buffer.from(text).toString('base64'), true],
  ])('has at most 256 KiB, %s', (_, encode, isBase64Encoded) => {
    const fits = JSON.stringify('x'.repeat(256 * KiB - 2));
    expect(jsonBody(encode(fits), isBase64Encoded)).toHaveLength(256 * KiB - 2);
    expect(() => jsonBody(encode(`${fits} `), isBase64Encoded)).toThrow(
      expect.objectContaining({
        kind: 'tooLarge',
        message: 'The body has 262145 bytes; at most 262144 are allowed.',
      }),
    );
  });

  it('is measured in bytes, not in characters', () => {
    expect(() => jsonBody(JSON.stringify('한'.repeat(100 * KiB)), false)).toThrow(
      'at most 262144 are allowed',
    );
  });
});

it('a body that is not UTF-8 is rejected, not repaired', () => {
  const bytes = Buffer.concat([Buffer.from('{"command":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  expect(() => jsonBody(bytes.toString('base64'), true)).toThrow('The body is not UTF-8.');
});
