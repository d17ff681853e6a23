import { describe, expect, it } from '@jest/globals';
import { parseJson } from '../../cli/json.ts';

describe('JSON of a file or a flag', () => {
  it.each([
    [
      '{"id":[1234567890123456789]}',
      '--pattern: id[0]: 1234567890123456789 would become 1234567890123456800',
    ],
    ['{"id":["a"],"id":["b"]}', '--pattern: id: It is there twice'],
    ['12345678901234567', '--pattern: 12345678901234567 would become'],
  ])('%s is rejected, since a part of it would be lost', (text, words) => {
    expect(() => parseJson(text, '--pattern')).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) }),
    );
  });
});
