import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { clockTime, formatAge } from '../../cli/api/relative-time.ts';
import { tableLines } from '../../cli/table.ts';

type Row = { readonly name: string; readonly what?: string };
const COLUMNS = [
  { title: 'Name', value: ({ name }: Row) => name },
  { title: 'What', value: ({ what }: Row) => what },
  { title: 'End', value: () => 'end' },
];
const LONG = 'x'.repeat(40);

describe('a table', () => {
  it('aligns its columns, wide letters too, and marks missing values', () => {
    expect(tableLines(COLUMNS, [{ name: '정산', what: 'x' }, { name: 'billing' }], undefined)).toEqual([
      'Name      What     End',
      '정산      x        end',
      'billing   <none>   end',
    ]);
  });

  it('keeps a value with a newline on its line, and has its titles when it is empty', () => {
    expect(tableLines(COLUMNS, [{ name: 'a', what: 'b\n  c' }], undefined)[1]).toBe('a      b c    end');
    expect(tableLines(COLUMNS, [], undefined)).toEqual(['Name   What   End']);
  });

  it.each<[string, number | undefined, Row[], string[]]>([
    ['not cut in a pipe', undefined, [{ name: 'a', what: LONG }], ['Name   What', `a      ${LONG}`]],
    ['not cut where it fits', 12, [{ name: 'a', what: 'exact' }], ['Name   What', 'a      exact']],
    ['cut in its last column', 12, [{ name: 'a', what: 'beyond' }], ['Name   What', 'a      beyo…']],
    ['cut in wide letters', 12, [{ name: '정', what: '정산정산정산' }], ['Name   What', '정     정산…']],
    [
      'cut in no other column',
      20,
      [{ name: LONG, what: 'abcdef' }],
      [`${'Name'.padEnd(40)}   What`, `${LONG}   abc…`],
    ],
    ['never cut below its title', 1, [{ name: 'a', what: 'four' }], ['Name   What', 'a      four']],
    ['cut with its titles alone', 3, [], ['Name   What']],
  ])('is %s', (_, width, rows, lines) => {
    expect(tableLines(COLUMNS.slice(0, 2), rows, width)).toEqual(lines);
  });

  it('fits 80 cells with many columns of long cells and a longer last one', () => {
    const columns = [
      ...Array.from({ length: 6 }, (_, at) => ({ title: `T${at}`, value: () => '12345678' })),
      ...COLUMNS.slice(1, 2),
    ];
    const lines = tableLines(columns, [{ name: 'a', what: '정'.repeat(500) }], 80);
    expect(lines.map((line) => stringWidth(line) <= 80)).toEqual([true, true]);
    expect(lines[1]).toMatch(/^(?:12345678 {3}){6}정+…$/);
  });
});

describe('a duration', () => {
  it.each([
    [-5_000, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [185_000, '3m5s'],
    [600_000, '10m'],
    [3 * 3_600_000, '3h'],
    [3 * 3_600_000 + 60_000, '3h1m'],
    [47 * 3_600_000, '47h'],
    [50 * 3_600_000, '2d2h'],
    [100 * 86_400_000, '100d'],
    [800 * 86_400_000, '2y70d'],
    [9 * 365 * 86_400_000, '9y'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});

describe('a time', () => {
  it.each([
    ['Europe/Berlin', 'Sun 2027-07-04 00:30'],
    ['Asia/Seoul', 'Sun 2027-07-04 07:30'],
    ['UTC', 'Sat 2027-07-03 22:30'],
  ])('is shown in the time zone %s', (zone, text) => {
    expect(clockTime('2027-07-03T22:30:00Z', zone)).toBe(text);
  });

  it('that is none is shown as it is', () => {
    expect(clockTime('soon', 'UTC')).toBe('soon');
  });
});
