import { describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '../../lib/platform/errors.ts';
import { offsetSpan, offsetsBetween, parseZone } from '../../lib/schedules/zones.ts';

const minuteOf = (iso: string): number => Date.parse(iso) / 60_000;

describe('parseZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Calcutta'])(
    'accepts %s',
    (zone) => {
      expect(parseZone(zone)).toBe(zone);
    },
  );

  it.each([
    [
      'a planet',
      'Mars/Olympus',
      '"Mars/Olympus" is no time zone: write an IANA name such as UTC or Europe/Berlin.',
    ],
    ['a city alone', 'Berlin', 'write Europe/Berlin.'],
    ['a city with a space', 'new york', 'write America/New_York.'],
    ['an offset', '+02:00', 'write an IANA name'],
    ['nothing', '', '"" is no time zone'],
    ['a long text', 'x'.repeat(2000), `"${'x'.repeat(80)}…" is no time zone`],
  ])('rejects %s', (_, text, message) => {
    const parse = () => parseZone(text);
    expect(parse).toThrow(DomainError);
    expect(parse).toThrow(message);
  });
});

describe('offsetSpan', () => {
  it.each([
    ['the last minute of winter', 'Europe/Berlin', '2026-03-29T00:59Z', 60],
    ['the first minute of summer', 'Europe/Berlin', '2026-03-29T01:00Z', 120],
    ['half an hour of summer time', 'Australia/Lord_Howe', '2026-10-03T15:30Z', 660],
    ['a quarter of an hour', 'Asia/Kathmandu', '2026-01-01T00:00Z', 345],
    ['behind UTC', 'America/St_Johns', '2026-01-01T00:00Z', -210],
    ['Greenwich itself', 'Africa/Abidjan', '2026-01-01T00:00Z', 0],
    ['2038, past the end of 32-bit seconds', 'America/New_York', '2038-07-01T00:00Z', -240],
  ])('%s', (_, zone, at, offset) => {
    expect(offsetSpan(zone, minuteOf(at)).offset).toBe(offset);
  });

  it('ends where clocks change, and has the first new local time after they were set back', () => {
    const change = minuteOf('2026-11-01T06:00Z');
    expect(offsetSpan('America/New_York', change - 1).end).toBe(change);
    expect(offsetSpan('America/New_York', change)).toMatchObject({
      start: change,
      freshFrom: minuteOf('2026-11-01T02:00Z'),
    });
  });

  it('reads a zone once, however its name is written', () => {
    const formats = jest.spyOn(Intl, 'DateTimeFormat');
    const names = ['Pacific/Chatham', 'pacific/chatham', 'PACIFIC/CHATHAM', 'pAcIfIc/chatham'];
    const offsets = names.map((name) => offsetSpan(name, minuteOf('2026-05-05T00:00Z')).offset);
    expect(offsets).toEqual([765, 765, 765, 765]);
    expect(formats).toHaveBeenCalledTimes(1);
    formats.mockRestore();
  });

  it('repeats no local time in a year without a change', () => {
    const { start, offset, freshFrom } = offsetSpan('Asia/Tokyo', minuteOf('2026-11-01T06:00Z'));
    expect(freshFrom).toBe(start + offset);
  });

  it('returns every offset of a period', () => {
    const offsets = offsetsBetween(
      'Africa/Casablanca',
      minuteOf('2026-01-01T00:00Z'),
      minuteOf('2027-01-01T00:00Z'),
    );
    expect(offsets).toEqual(new Set([60, 0]));
  });
});
