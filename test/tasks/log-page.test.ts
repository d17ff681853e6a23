import { describe, expect, it } from '@jest/globals';
import { formatCursor, type LogCursor, parseCursor } from '../../lib/tasks/log-cursor.ts';
import { LogPage, type LogPageOptions } from '../../lib/tasks/log-page.ts';
import { GAP, randomFrom, randomLog, readAll } from '../support/growing-log.ts';
import { type LogLine, piecesOf } from '../support/memory-logs.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);
const textOf = (lines: readonly LogLine[]): string => lines.map(({ text }) => `${text}\n`).join('');

/** Page of these lines, of a log that goes on. */
function pageOf(lines: readonly LogLine[], options: LogPageOptions & { readonly isWhole?: boolean } = {}) {
  const page = new LogPage(options);
  lines.flatMap((line) => [...piecesOf(line)]).every((piece) => page.add(piece));
  page.end(options.isWhole ?? false);
  return page;
}

describe('a log read page by page', () => {
  it.each([
    ['of a few bytes', 20, 20],
    ['of one line or two', 70, 20],
    ['of random length', 50, 400],
    ['of the whole log', 100_000, 1],
  ])('has every byte once, in pages %s', (_, least, spread) => {
    for (const seed of SEEDS.slice(0, 60)) {
      const random = randomFrom(seed);
      const log = randomLog(random, 30);
      const size = () => 1 + random(40);
      const read = readAll(log, { limit: () => least + random(spread), grow: () => log.length, size });
      expect({ seed, read }).toEqual({ seed, read: textOf(log) });
    }
  });

  it('has every byte once while it grows, also within a line', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const written = () => random(60);
      const read = readAll(log, { limit: () => 20 + random(400), grow: () => 1 + random(9), written });
      expect({ seed, read }).toEqual({ seed, read: textOf(log) });
    }
  });

  it('has every byte once or a gap in its place, however the node rotates it', () => {
    let gaps = 0;
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const whole = textOf(log);
      let there = 0;
      const grow = () => {
        const more = 1 + random(9);
        there = Math.min(log.length, there + more);
        return more;
      };
      let reads = 0;
      // Before the first read nothing tells of a rotation.
      const rotated = () => (reads++ === 0 || random(3) > 0 ? 0 : there - random(12));
      const read = readAll(log, { limit: () => 30 + random(400), grow, rotated, written: () => random(60) });
      const [first = '', ...later] = read.split(GAP);
      expect({ seed, begins: whole.startsWith(first) }).toEqual({ seed, begins: true });
      let at = first.length;
      for (const part of later) {
        gaps += 1;
        at = whole.indexOf(part, at);
        expect({ seed, part, isLater: at !== -1 }).toEqual({ seed, part, isLater: true });
        at += part.length;
      }
      // The last gap is behind everything where nothing of it is left.
      expect({ seed, read, ends: at === whole.length || later.at(-1) === '' }).toEqual({
        seed,
        read,
        ends: true,
      });
    }
    expect(gaps).toBeGreaterThan(100);
  });

  it('has every byte once from a tail on', () => {
    for (const seed of SEEDS) {
      const random = randomFrom(seed);
      const log = randomLog(random, 60);
      const there = 30 + random(20);
      const tail = log.slice(there - 1 - random(20), there);
      const page = pageOf(tail, { isTail: true });
      const rest = readAll(log, {
        start: page.cursor,
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
  const at = (second: number, text: string, isOpen = false) => ({
    time: `${String(second).padStart(11, '0')}.000000000`,
    text,
    isOpen,
  });

  it('is full when the next line does not fit, and continues with that line', () => {
    const log = [at(5, 'abc'), at(5, 'defg')];
    const page = pageOf(log, { room: 8 });
    expect([page.text, page.isFull]).toEqual(['abc\n', true]);
    expect(pageOf(log, { start: page.cursor }).text).toBe('defg\n');
  });

  it('counts the bytes of a line in JSON', () => {
    const page = pageOf([at(5, '\u0001'), at(5, 'a')], { room: 10 });
    expect([page.text, page.isFull]).toEqual(['\u0001\n', true]);
  });

  it.each([
    ['of letters', 'x'],
    ['of control characters, which JSON writes with six', '\u0001'],
    ['of characters outside the basic plane', '🎉'],
    ['of all kinds', '"한\\é\u0001🎉\r'],
  ])('gives a line longer than a page in parts, %s', (_, characters) => {
    const log = [at(5, 'a'), at(5, characters.repeat(3000)), at(5, 'b')];
    let read = '';
    let cursor: LogCursor | undefined;
    for (let isFull = true; isFull; ) {
      const page = pageOf(log, { start: cursor, room: 1000 });
      expect(Buffer.byteLength(JSON.stringify(page.text))).toBeLessThanOrEqual(1002);
      expect(page.text).not.toContain('\ufffd');
      expect(page.text).not.toBe('');
      read += page.text;
      ({ cursor, isFull } = page);
    }
    expect(read === textOf(log)).toBe(true);
  });

  it('bounds the JSON of bytes that are no text', () => {
    const page = new LogPage({ room: 1000 });
    page.add({ time: at(5, '').time, bytes: Buffer.alloc(5000, 0xe9) });
    page.end(true);
    expect(page.text).toMatch(/^\ufffd{325,333}$/);
  });

  it('has a line without its end as far as it is written, and goes on within it', () => {
    const page = pageOf([at(5, 'a'), at(5, '10%\r', true)]);
    expect(page.text).toBe('a\n10%\r');
    const next = pageOf([at(5, 'a'), at(5, '10%\r20%'), at(6, 'b')], { start: page.cursor });
    expect(next.text).toBe('20%\nb\n');
  });

  it.each([
    ['leaves a character that is half written to the next page', false, 'a'],
    ['has it as it is where nothing follows', true, 'a\ufffd'],
  ])('%s', (_, isWhole, text) => {
    const page = new LogPage();
    page.add({ time: at(5, '').time, bytes: Buffer.from('a한').subarray(0, 3) });
    page.end(isWhole);
    expect(page.text).toBe(text);
    if (!isWhole) expect(pageOf([at(5, 'a한')], { start: page.cursor }).text).toBe('한\n');
  });

  it('has no cursor before any line, and keeps the one that it started from', () => {
    expect(new LogPage().cursor).toBeUndefined();
    const { cursor } = pageOf([at(5, 'one')]);
    const page = pageOf([at(5, 'one')], { start: cursor });
    expect([page.cursor, page.text, page.gap]).toEqual([cursor, '', undefined]);
  });

  const LINES = [at(5, 'one'), at(5, 'two'), at(5, 'three')];
  const FROM = '1970-01-01T00:00:05.000000000Z';

  it.each<[string, readonly LogLine[], string, object | undefined]>([
    ['nothing', [...LINES, at(6, 'new')], 'new\n', undefined],
    ['lines that were returned, but for the last', [at(5, 'three'), at(6, 'new')], 'new\n', undefined],
    ['all lines that were returned', [at(6, 'new')], 'new\n', { from: FROM, to: FROM.replace('05', '06') }],
    [
      'them, and left a line that is out of order',
      [at(5, 'late'), at(6, 'new')],
      'late\nnew\n',
      { from: FROM, to: FROM },
    ],
    [
      'the beginning of the last line',
      [at(6, 'ree'), at(7, 'x')],
      'ree\nx\n',
      { from: FROM, to: FROM.replace('05', '06') },
    ],
    ['everything, while nothing new is there', [], '', undefined],
  ])('has the lines after a rotation that removed %s', (_, lines, text, gap) => {
    const page = pageOf(lines, { start: pageOf(LINES).cursor });
    expect({ text: page.text, gap: page.gap }).toEqual({ text, gap });
  });

  it('tells of a gap at the end of a log of which nothing is left', () => {
    const page = pageOf([], { start: pageOf(LINES).cursor, isWhole: true });
    expect([page.text, page.gap]).toEqual(['', { from: FROM }]);
  });

  it('continues after a gap', () => {
    const log = [at(6, 'x'.repeat(20)), at(6, 'new')];
    const page = pageOf(log, { start: pageOf(LINES).cursor, room: 22 });
    expect([page.text, page.isFull, page.gap?.from]).toEqual([`${'x'.repeat(20)}\n`, true, FROM]);
    const next = pageOf(log, { start: page.cursor });
    expect([next.text, next.gap]).toEqual(['new\n', undefined]);
  });

  it('finds its start behind more lines than a page holds', () => {
    const log = Array.from({ length: 50 }, (_, index) => at(5, `line ${index}`));
    const page = pageOf([...log.slice(20), at(6, 'new')], { start: pageOf(log).cursor, room: 40 });
    expect([page.text, page.gap]).toEqual(['new\n', undefined]);
  });

  it('goes on behind a long line that was written over some seconds, of which the node gives the end', () => {
    const last = at(7, 'last');
    const { cursor } = pageOf([at(5, 'a'), at(5, 'begun and ended'), last]);
    const page = pageOf([at(6, 'ended'), last, at(8, 'new')], { start: cursor });
    expect([cursor?.since, page.text, page.gap]).toEqual([6, 'new\n', undefined]);
  });

  it('goes on behind as many equal lines as there were', () => {
    const start = pageOf([at(4, 'a'), at(5, 'y'), at(5, 'y')]).cursor;
    expect(pageOf([at(4, 'a'), ...Array.from({ length: 5 }, () => at(5, 'y'))], { start }).text).toBe(
      'y\ny\ny\n',
    );
  });

  it('continues from a tail that begins within a long line', () => {
    const long = '0123456789'.repeat(2000);
    const page = pageOf([at(6, long.slice(16_384))], { isTail: true });
    const next = pageOf([at(5, 'a'), at(5, long), at(6, 'b')], { start: page.cursor });
    expect([next.text, next.gap]).toEqual(['b\n', undefined]);
  });
});

describe('a cursor', () => {
  const REST = '01795554000.000000000-01795554000.000000000-4-0123cdef';
  const NOW = new Date('2026-11-24T21:00:00Z');
  const second = NOW.getTime() / 1000;

  it.each([
    ['of the second before', second - 1],
    ['of a node whose clock is five minutes ahead', second + 300],
  ])('%s is read', (_, since) => {
    expect(parseCursor(`${since}-1-${REST}`, NOW)).toMatchObject({ since });
  });

  it.each([second + 301, 99_999_999_999])('of a time in the future is gone: %d', (since) => {
    expect(() => parseCursor(`${since}-1-${REST}`, NOW)).toThrow('is not one of this log');
  });

  it('is parsed as it was formatted', () => {
    for (const before of [0, 12, Number.POSITIVE_INFINITY]) {
      const cursor: LogCursor = {
        ...{ since: 1_795_000_000, before, newest: '01795000001.123456789' },
        ...{ time: '01795000001.000000001', offset: 20_000_000, digest: '0123cdef' },
      };
      expect(parseCursor(formatCursor(cursor), NOW)).toEqual(cursor);
    }
  });

  it.each([
    '',
    '5',
    '5-1',
    '-5-1-00000000005.000000000',
    '5-1-5.0',
    '5-1-00000000005.000000000',
    `5-1-${REST} `,
    `5-1-${REST}x`,
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
