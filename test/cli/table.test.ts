import { describe, expect, it } from '@jest/globals';
import { clockTime, formatAge } from '../../cli/api/relative-time.ts';
import { tableLines } from '../../cli/table.ts';

type Row = { readonly name: string; readonly what?: string };
const COLUMNS = [
  { title: 'Name', value: ({ name }: Row) => name },
  { title: 'What', value: ({ what }: Row) => what },
  { title: 'End', value: () => 'end' },
];

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

  it('is cut to the width of a terminal', () => {
    expect(tableLines(COLUMNS, [{ name: 'a', what: '정산정산정산' }], 12)).toEqual([
      'Name   What…',
      'a      정산…',
    ]);
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
});
