import { describe, expect, it } from '@jest/globals';
import { meaningOf } from '../../console/cron-description.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { parseCron } from '../../lib/schedules/cron.ts';

const NOW = new Date('2026-10-24T12:00:00Z');

describe('a typed schedule', () => {
  it('has the next runs of the functions, also over the end of summer time', () => {
    expect(meaningOf({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' }, NOW, 3)).toEqual({
      ok: true,
      words: 'At 02:30',
      next: ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z', '2026-10-27T01:30:00Z'].map(
        (time) => new Date(time),
      ),
    });
  });

  it('is in UTC without a zone, and may have blanks around it', () => {
    const meaning = meaningOf({ cron: ' @daily ', timeZone: ' ' }, NOW, 1);
    expect(meaning).toMatchObject({ ok: true, next: [new Date('2026-10-25T00:00:00Z')] });
  });

  it.each(['0 25 * * *', '0 2 * *', '* * * * * *', '@reboot', '0 0 30 2 *', '0 0 * * fri-mon'])(
    'is rejected with the message of the API: %s',
    (cron) => {
      const meaning = meaningOf({ cron, timeZone: 'UTC' }, NOW, 3);
      expect(meaning).toEqual({ ok: false, field: 'cron', message: messageOf(cron) });
    },
  );

  it('is rejected for its zone, with a suggestion', () => {
    expect(meaningOf({ cron: '@daily', timeZone: 'Berlin' }, NOW, 3)).toMatchObject({
      ok: false,
      field: 'timeZone',
      message: expect.stringContaining('write Europe/Berlin'),
    });
  });
});

function messageOf(cron: string): string | undefined {
  try {
    parseCron(cron);
    return undefined;
  } catch (error) {
    return error instanceof DomainError ? error.fields[0]?.message : undefined;
  }
}
