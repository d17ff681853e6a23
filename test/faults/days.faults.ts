import { describe, expect, it } from '@jest/globals';
import { fireJob } from '../../lib/jobs/run-due.ts';
import { SPACE } from '../support/memory-ports.ts';
import { environmentAt, minutesBetween, occurrencesOf, reconcileNow, runMinute } from './harness/minutes.ts';

const at = (text: string): Date => new Date(`${text}Z`);
const JOB = 'nightly';

/** The occurrences that get a task from the first to the last minute. */
async function ran(cron: string, first: Date, last: Date, timeZone = 'UTC'): Promise<readonly string[]> {
  const environment = await environmentAt(new Date(first.getTime() - 30_000), [
    { name: JOB, cron, timeZone },
  ]);
  for (const minute of minutesBetween(first, last)) await runMinute(environment, minute);
  return occurrencesOf(environment, JOB);
}

describe('a leap day', () => {
  it.each([
    ['0 0 29 2 *', '2028-02-28T23:00:00', '2028-03-01T01:00:00', ['2028-02-29T00:00:00.000Z']],
    ['0 12 29,30 2 *', '2028-02-28T23:00:00', '2028-03-01T01:00:00', ['2028-02-29T12:00:00.000Z']],
    ['30 23 29 * *', '2028-02-29T23:00:00', '2028-03-01T00:30:00', ['2028-02-29T23:30:00.000Z']],
    ['0 0 1 3 *', '2028-02-29T23:00:00', '2028-03-01T01:00:00', ['2028-03-01T00:00:00.000Z']],
    ['0 0 29 2 *', '2027-02-28T23:00:00', '2027-03-01T01:00:00', []],
  ])('of %s from %s to %s', async (cron, first, last, expected) => {
    expect(await ran(cron, at(first), at(last))).toEqual(expected);
  });

  it('that an outage of the service took runs once, a year later', async () => {
    const environment = await environmentAt(at('2028-02-01T00:00:30'), [{ name: JOB, cron: '0 0 29 2 *' }]);
    for (const moment of ['2029-02-28T12:00:30', '2029-02-28T12:01:30', '2029-03-01T00:00:30']) {
      environment.setClock(at(moment));
      await reconcileNow(environment);
    }
    expect(occurrencesOf(environment, JOB)).toEqual(['2028-02-29T00:00:00.000Z']);
  });

  it('of which a century has none comes eight years later', async () => {
    const environment = await environmentAt(at('2096-03-01T00:00:30'), [{ name: JOB, cron: '0 0 29 2 *' }]);
    const { status } = await environment.jobs.get(SPACE, JOB);
    expect(status.nextScheduleTime).toEqual(at('2104-02-29T00:00:00'));
  });
});

describe('the second after which 32 bits are full', () => {
  it('is a minute as any other', async () => {
    const minutes = minutesBetween(at('2038-01-19T03:10:00'), at('2038-01-19T03:20:00'));
    expect(await ran('* * * * *', at('2038-01-19T03:10:00'), at('2038-01-19T03:20:00'))).toEqual(
      minutes.map((minute) => minute.toISOString()),
    );
  });

  it('is one of a schedule with a zone', async () => {
    const hour = await ran(
      '14 4 * * *',
      at('2038-01-19T03:00:00'),
      at('2038-01-19T04:00:00'),
      'Europe/Berlin',
    );
    expect(hour).toEqual(['2038-01-19T03:14:00.000Z']);
  });
});

describe('a clock that jumps', () => {
  const FIRST = at('2026-11-25T12:00:00');
  const minutes = minutesBetween(FIRST, at('2026-11-25T14:00:00'));

  /** Two hours of an every-minute job; from the 30th minute on the function's clock is wrong for ten. */
  async function twoHours(wrongMs: number): Promise<readonly string[]> {
    const environment = await environmentAt(new Date(FIRST.getTime() - 30_000), [
      { name: JOB, cron: '* * * * *' },
    ]);
    for (const [index, minute] of minutes.entries()) {
      const isWrong = index >= 30 && index < 40;
      const clock = {
        ...environment,
        now: () => new Date(environment.now().getTime() + (isWrong ? wrongMs : 0)),
      };
      await runMinute(environment, minute, clock);
    }
    return occurrencesOf(environment, JOB);
  }

  it.each([
    ['forward an hour', 60],
    ['back an hour', -60],
    ['forward two minutes', 2],
    ['back two minutes', -2],
  ])('%s doubles nothing, and loses nothing once it has been right again for that long', async (_, by) => {
    const occurrences = await twoHours(by * 60_000);
    expect(new Set(occurrences).size).toBe(occurrences.length);
    const later = minutes.slice(40 + Math.abs(by)).map((minute) => minute.toISOString());
    const before = minutes.slice(0, 30).map((minute) => minute.toISOString());
    expect(occurrences).toEqual(expect.arrayContaining([...before, ...later]));
  });

  it('back an hour leaves one catch-up, of the newest', async () => {
    const occurrences = await twoHours(-60 * 60_000);
    const wrong = minutes.slice(30, 40).map((minute) => minute.toISOString());
    expect(occurrences.filter((one) => wrong.includes(one))).toEqual([]);
    expect(occurrences).toContain(minutes[40]?.toISOString());
  });
});

describe('a fire whose time is far from the clock', () => {
  it.each([
    ['an hour ahead: it is asked about two minutes of it', '2026-11-25T13:00:00Z', ['12:01', '12:02']],
    ['a minute ahead', '2026-11-25T12:01:00Z', ['12:01']],
    ['a year back', '2025-11-25T12:00:00Z', []],
  ])('%s', async (_, time, expected) => {
    const environment = await environmentAt(at('2026-11-25T12:00:20'), [{ name: JOB, cron: '* * * * *' }]);
    await fireJob(environment, { space: SPACE, job: JOB, time: new Date(time) });
    expect(occurrencesOf(environment, JOB).map((occurrence) => occurrence.slice(11, 16))).toEqual(expected);
  });
});
