import { describe, expect, it } from '@jest/globals';
import type { RouteHandler } from '../../lib/http/endpoint.ts';
import { jsonBody } from '../../lib/http/request.ts';
import { ENDPOINTS } from '../../tools/openapi/endpoints.ts';
import { callRoute, eventOf } from '../support/http-event.ts';

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

  it.each([
    ['{"pattern":{"id":[1234567890123456789]}}', 'pattern.id[0]', 'would become 1234567890123456800'],
    ['{"pattern":{"id":["a"],"id":["b"]}}', 'pattern.id', 'It is there twice: give each field once.'],
    ['{"command":"a","command":"a"}', 'command', 'It is there twice: give each field once.'],
    ['9007199254740993', 'body', 'would become 9007199254740992'],
  ])('of %s is rejected, since a part of it would be lost', (body, field, words) => {
    expect(() => jsonBody(body, false)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        fields: [{ field, message: expect.stringContaining(words) }],
      }),
    );
  });

  it('is measured in bytes, not in characters', () => {
    expect(() => jsonBody(JSON.stringify('한'.repeat(100 * KiB)), false)).toThrow(
      'at most 262144 are allowed',
    );
  });
});

describe('a body that is nested deeper than 32 levels', () => {
  const json = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it('is malformed, of lists and of objects', () => {
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (const make of [json, objects]) {
      expect(() => jsonBody(make(32), false)).not.toThrow();
      expect(() => jsonBody(make(33), false)).toThrow(
        expect.objectContaining({
          kind: 'malformed',
          message: 'The body is nested too deep: its lists and objects may have 32 levels.',
        }),
      );
    }
  });

  it.each(Object.entries<RouteHandler<never>>(ENDPOINTS))('is 400 of %s', async (route, handle) => {
    for (const body of [`{"image":${json(32)}}`, `{"image":${json(100_000)}}`, json(130_000)])
      expect(await callRoute(handle, await eventOf(route, body))).toMatchObject({ statusCode: 400 });
  });
});

it('a body that is not UTF-8 is rejected, not repaired', () => {
  const bytes = Buffer.concat([Buffer.from('{"command":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  expect(() => jsonBody(bytes.toString('base64'), true)).toThrow('The body is not UTF-8.');
});
