import { describe, expect, it } from '@jest/globals';
import { type LogText, NO_LOG, shownOf, withPart } from '../../console/log-text.ts';

const textOf = ({ chunks, open }: LogText): string => chunks.map(({ text }) => text).join('') + shownOf(open);

/** The log after these parts. */
const logOf = (...parts: readonly string[]): LogText =>
  parts.reduce((before, log) => withPart(before, { log }), NO_LOG);

describe('the displayed log', () => {
  it('grows part by part', () => {
    const log = logOf('one\n', '', 'two\nthree\n');
    expect([textOf(log), log.lines, log.dropped]).toEqual(['one\ntwo\nthree\n', 3, 0]);
    expect(new Set(log.chunks.map(({ id }) => id)).size).toBe(2);
  });

  it('has no colours of a terminal, also where a part ends within one', () => {
    const text = '\u001b[31mred\u001b[0m\u001b]8;;https://a.b\u0007link\u001b]8;;\u0007\u001b[2K\r\nnext\n';
    for (let at = 0; at <= text.length; at += 1)
      expect(textOf(logOf(text.slice(0, at), text.slice(at)))).toBe('redlink\nnext\n');
  });

  it.each([
    ['a bar that ends', ['10%\r50%\r100%\n'], '100%\n', 1],
    ['a bar that goes on', ['10%\r50%\r'], '50%', 1],
    ['a bar over some parts', ['a\n10%\r', '50%', '\r100', '%\ndone\n'], 'a\n100%\ndone\n', 3],
    ['line ends of Windows', ['one\r\ntwo\r\n'], 'one\ntwo\n', 2],
    ['a bar with line ends of Windows', ['10%\r100%\r\n'], '100%\n', 1],
    ['a last line without its end', ['one\ntwo'], 'one\ntwo', 2],
    [
      'a bar longer than what may be overwritten',
      ['x'.repeat(70_000), '\ry\n'],
      `${'x'.repeat(70_000)}y\n`,
      1,
    ],
  ])('shows of each line the last state: %s', (_, parts, text, lines) => {
    const log = logOf(...parts);
    expect(textOf(log) === text).toBe(true);
    expect(log.lines).toBe(lines);
  });

  it('marks a place where lines may be missing, on a line of its own', () => {
    const gap = { from: '2026-11-24T21:00:00.5Z', to: '2026-11-24T21:00:09Z' };
    const log = withPart(logOf('one\ntw'), { log: 'nine\n', gap });
    const note =
      'Lines written between 2026-11-24T21:00:00.5Z and 2026-11-24T21:00:09Z may be missing: the node keeps only the newest part of a log.';
    expect(textOf(log)).toBe(`one\ntw\n${note}\nnine\n`);
    expect(log.chunks.flatMap(({ text, isGap }) => (isGap ? [text] : []))).toEqual([`${note}\n`]);
    const atEnd = withPart(logOf('one\n'), { log: '', gap: { from: gap.from } });
    expect(textOf(atEnd)).toContain(`one\nLines written after ${gap.from} may be missing`);
  });

  it('drops its oldest part when it is too long, and counts its lines', () => {
    let log = NO_LOG;
    for (let part = 0; part < 10; part += 1) log = withPart(log, { log: `${'x'.repeat(9)}\n`.repeat(2) }, 50);
    expect([log.lines, log.dropped, textOf(log).length]).toEqual([20, 16, 40]);
    expect(textOf(withPart(log, { log: `${'y'.repeat(90)}\n` }, 50))).toBe(`${'y'.repeat(90)}\n`);
  });
});
