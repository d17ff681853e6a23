import { describe, expect, it } from '@jest/globals';
import { type LogText, NO_LOG, withPart } from '../../console/log-text.ts';

const textOf = ({ chunks }: LogText): string => chunks.map(({ text }) => text).join('');

describe('the displayed log', () => {
  it('grows part by part', () => {
    const log = withPart(withPart(withPart(NO_LOG, 'one\n'), ''), 'two\nthree\n');
    expect([textOf(log), log.lines, log.dropped]).toEqual(['one\ntwo\nthree\n', 3, 0]);
    expect(new Set(log.chunks.map(({ id }) => id)).size).toBe(2);
  });

  it('has no colours of a terminal', () => {
    const log = withPart(
      NO_LOG,
      '\u001b[31mred\u001b[0m\u001b]8;;https://a.b\u0007link\u001b]8;;\u0007\u001b[2K\r\nnext\n',
    );
    expect(textOf(log)).toBe('redlink\nnext\n');
  });

  it('drops its oldest part when it is too long, and counts its lines', () => {
    let log = NO_LOG;
    for (let part = 0; part < 10; part += 1) log = withPart(log, `${'x'.repeat(9)}\n`.repeat(2), 50);
    expect([log.lines, log.dropped, textOf(log).length]).toEqual([20, 16, 40]);
    expect(textOf(withPart(log, 'y'.repeat(90), 50))).toBe('y'.repeat(90));
  });
});
