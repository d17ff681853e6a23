import { describe, expect, it } from '@jest/globals';
import { formatCursor, LogPage, parseCursor } from '../../lib/tasks/log-page.ts';
import { linesSince, randomFrom, randomLog, readAll } from '../support/growing-log.ts';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);
const textOf = (lines: readonly { text: string }[]): string => lines.map(({ text }) => `${text}\n`).join('');

describe('a log read page by page', () => {
  it.each([
    ['of one line or two', 70, 20],
    ['of random length', 50, 400],
    ['of the whole log', 100_000, 1],
  ])('has every line once, in pages %s', (_, least, spread) => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const read = readAll(log, { limit: () => least + random(spread), grow: () => log.length });
      expect({ seed, read }).toEqual({ seed, read: textOf(log) });
    }
  });

  it('has every line once while it grows', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const read = readAll(log, { limit: () => 50 + random(400), grow: () => 1 + random(9) });
      expect({ seed, read }).toEqual({ seed, read: textOf(log) });
    }
  });

  it('has every line once from a tail on', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const there = 30 + random(20);
      const tail = log.slice(there - 1 - random(20), there);

      const page = new LogPage(undefined);
      for (const line of tail) page.add(line);
      const passed = linesSince(log.slice(0, there - tail.length), page.since ?? 0);
      const newest =
        passed
          .map(({ time }) => time)
          .sort()
          .at(-1) ?? '';
      const rest = readAll(log, {
        start: page.cursor({ count: passed.length, newest }),
        limit: () => 50 + random(400),
        grow: () => there + random(5),
      });
      expect({ seed, read: page.text + rest }).toEqual({
        seed,
        read: textOf(log.slice(there - tail.length)),
      });
    }
  });
});

describe('LogPage', () => {
  const at = (second: number, text: string) => ({
    time: `${String(second).padStart(11, '0')}.000000000`,
    text,
  });

  it('is full when the next line does not fit, and continues with that line', () => {
    const page = new LogPage(undefined, 8);
    expect([page.add(at(5, 'abc')), page.add(at(5, 'defg'))]).toEqual([true, false]);
    expect(page.text).toBe('abc\n');

    const next = new LogPage(page.cursor());
    for (const line of [at(5, 'abc'), at(5, 'defg')]) next.add(line);
    expect(next.text).toBe('defg\n');
  });

  it('counts the bytes of a line in JSON', () => {
    const page = new LogPage(undefined, 10);
    expect(page.add(at(5, '\u0001'))).toBe(true);
    expect(page.add(at(5, 'a'))).toBe(false);
  });

  it.each([
    ['of letters', 'x'],
    ['of control characters, which JSON writes with six', '\u0001'],
    ['of characters outside the basic plane', '🎉'],
  ])('cuts a line longer than a page, %s, and marks it', (_, character) => {
    const page = new LogPage(undefined, 1000);
    expect(page.add(at(5, `a${character.repeat(3000)}`))).toBe(true);
    expect(page.text).toMatch(/… \(the line goes on\)\n$/);
    expect(page.text.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(page.text))).toBeLessThanOrEqual(1002);
  });

  it('returns a line that was cut once', () => {
    const log = [at(5, 'a'), at(5, 'x'.repeat(5000)), at(5, 'b')];
    const read = readAll(log, { limit: () => 400, grow: () => 3 });
    expect(read.split('\n').map((line) => line[0])).toEqual(['a', 'x', 'b', undefined]);
  });

  it('has no cursor before any line, and keeps the one that it started from', () => {
    expect(new LogPage(undefined).cursor()).toBeUndefined();
    const start = { since: 4, given: 1, newest: '00000000005.000000000' };
    const page = new LogPage(start);
    page.add(at(5, 'given already'));
    expect([page.cursor(), page.text]).toEqual([start, '']);
  });

  it('returns the lines after a rotation that removed returned ones', () => {
    const page = new LogPage({ since: 4, given: 3, newest: '00000000005.000000000' });
    page.add(at(6, 'new'));
    expect(page.text).toBe('new\n');
  });
});

describe('a cursor', () => {
  const NOW = new Date('2026-11-24T21:00:00Z');
  const second = NOW.getTime() / 1000;

  it.each([
    ['of the second before', second - 1],
    ['of a node whose clock is five minutes ahead', second + 300],
  ])('%s is read', (_, since) => {
    expect(parseCursor(`${since}-1-01795554000.000000000`, NOW)).toMatchObject({ since });
  });

  it.each([second + 301, 99_999_999_999])('of a time in the future is gone: %d', (since) => {
    expect(() => parseCursor(`${since}-1-01795554000.000000000`, NOW)).toThrow('is not one of this log');
  });

  it('is parsed as it was formatted', () => {
    const cursor = { since: 1_795_000_000, given: 12, newest: '01795000001.123456789' };
    expect(parseCursor(formatCursor(cursor), NOW)).toEqual(cursor);
  });

  it.each([
    '',
    '5',
    '5-1',
    '-5-1-00000000005.000000000',
    '5-1-5.0',
    '5-1-00000000005.000000000 ',
    'eyJhIjoxfQ',
  ])('that Taskbridge did not issue is gone: %j', (text) => {
    expect(() => parseCursor(text, NOW)).toThrow(
      expect.objectContaining({
        kind: 'gone',
        message: `The cursor "${text}" is not one of this log: read it from the start.`,
      }),
    );
  });

  it('that is long is quoted in part', () => {
    expect(() => parseCursor('x'.repeat(5000), NOW)).toThrow(`"${'x'.repeat(80)}"`);
  });
});
