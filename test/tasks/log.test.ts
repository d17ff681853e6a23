import { describe, expect, it } from '@jest/globals';
import { parseLogLine } from '../../lib/tasks/log.ts';

describe('parseLogLine', () => {
  it.each([
    ['nanoseconds', '2026-11-24T21:00:00.123456789Z text', '01795554000.123456789', 'text'],
    ['zeros left out', '2026-11-24T21:00:00.5Z text', '01795554000.500000000', 'text'],
    ['a whole second', '2026-11-24T21:00:00Z text', '01795554000.000000000', 'text'],
    ["the node's own zone", '2026-11-25T06:00:00.5+09:00 text', '01795554000.500000000', 'text'],
    ['an empty line', '2026-11-24T21:00:00.5Z ', '01795554000.500000000', ''],
    ['spaces at the beginning', '2026-11-24T21:00:00.5Z   text', '01795554000.500000000', '  text'],
    [
      'another time in the text',
      '2026-11-24T21:00:00Z 2020-01-01T00:00:00Z x',
      '01795554000.000000000',
      '2020-01-01T00:00:00Z x',
    ],
  ])('reads %s', (_, line, time, text) => {
    expect(parseLogLine(line)).toEqual({ time, text });
  });

  it('rejects a line without a time', () => {
    expect(parseLogLine('failed to watch the log')).toBeUndefined();
  });
});
