import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type HealthChange,
  type RunEnd,
  withEnds,
  withoutEvent,
  withSilence,
} from '../../lib/jobs/health.ts';
import type { Job, JobSpec } from '../../lib/jobs/job.ts';
import { jobOf } from '../support/memory-ports.ts';

const at = (time: string): Date => new Date(`2026-11-25T${time}Z`);
const NOW = at('12:00:00');

const job = (spec: Partial<JobSpec> = {}, createdAt = at('00:00:00')): Job => ({
  ...jobOf('nightly', spec),
  createdAt: createdAt.toISOString(),
});

/** Job with the change of a status written. */
const after = (one: Job, change: HealthChange | undefined): Job => ({
  ...one,
  status: { ...one.status, ...change },
});

const end = (name: string, time: string, reason?: string): RunEnd => ({
  ...{ name, finishedAt: at(time), reason, depth: 0 },
});
const count = (one: Job, ...ends: RunEnd[]): Job => after(one, withEnds(one, ends, NOW).change);
const silence = (one: Job, now: Date): Job => after(one, withSilence(one, now));

const healthy = ({ status }: Job) => {
  const found = status.conditions.find(({ type }) => type === 'Healthy');
  return found && [found.status, found.reason, found.message].join(' ');
};
const events = ({ status }: Job) => (status.health?.unreported ?? []).map(({ type }) => type);

describe('the health of a job', () => {
  it('is unknown until a run has ended', () => {
    expect(healthy(job())).toBeUndefined();
    expect(withEnds(job(), [], NOW).change).toBeUndefined();
  });

  it('follows the newest run that ended, and counts failures in a row', () => {
    const failing = count(job(), end('a', '01:00:00', 'Error'), end('b', '02:00:00', 'OOMKilled'));
    expect(healthy(failing)).toBe('False OOMKilled Failed 2 times since 2026-11-25T01:00:00Z.');
    expect(failing.status).toMatchObject({ consecutiveFailures: 2, lastFailureTime: at('02:00:00') });
    const well = count(failing, end('c', '03:00:00'));
    expect(healthy(well)).toBe('True Succeeded Its newest task that ended succeeded.');
    expect(well.status).toMatchObject({ consecutiveFailures: 0, lastSuccessfulTime: at('03:00:00') });
  });

  it('says when a single failure was', () => {
    expect(healthy(count(job(), end('a', '01:00:00', 'Error')))).toBe(
      'False Error Failed once, at 2026-11-25T01:00:00Z.',
    );
  });

  it('tells the first failure of a row, and the success after it', () => {
    const failed = count(job(), end('a', '01:00:00', 'Error'), end('b', '02:00:00', 'Error'));
    expect(events(failed)).toEqual(['Failing']);
    const recovered = count(failed, end('c', '03:00:00'), end('d', '04:00:00'));
    expect(recovered.status.health?.unreported).toEqual([
      { type: 'Failing', time: at('01:00:00'), task: 'a', reason: 'Error', depth: 0 },
      {
        ...{ type: 'Recovered', time: at('03:00:00'), task: 'c', depth: 0 },
        since: at('01:00:00'),
        failures: 2,
      },
    ]);
  });

  it('does not change by an end that was counted, or that is older than one that was', () => {
    const one = count(job(), end('b', '02:00:00', 'Error'));
    expect(withEnds(one, [end('b', '02:00:00', 'Error')], NOW).change).toBeUndefined();
    const older = count(one, end('a', '01:00:00'));
    expect(healthy(older)).toBe(healthy(one));
    expect(older.status).toMatchObject({ consecutiveFailures: 1, lastSuccessfulTime: at('01:00:00') });
  });

  it('lets the name decide between two ends of one second', () => {
    const both = [end('b', '02:00:00', 'Error'), end('a', '02:00:00')];
    expect(healthy(count(job(), ...both))).toMatch(/^False/);
    expect(healthy(count(job(), ...both.toReversed()))).toMatch(/^False/);
  });

  it('leaves ends for later while many events wait', () => {
    const turns = Array.from({ length: 60 }, (_, index) =>
      end(
        `r-${String(index).padStart(2, '0')}`,
        `01:${String(index).padStart(2, '0')}:00`,
        index % 2 ? undefined : 'Error',
      ),
    );
    const { change, counted } = withEnds(job(), turns, NOW);
    expect(change?.health?.unreported).toHaveLength(20);
    expect([...counted]).toEqual(turns.slice(0, 20).map(({ name }) => name));
  });

  it('comes to the same with each end counted once or again, at once or one by one', async () => {
    const ends = fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 3 }),
        minute: fc.integer({ min: 0, max: 9 }),
        reason: fc.option(fc.constant('Error'), { nil: undefined }),
      }),
      { selector: ({ name }) => name, maxLength: 15 },
    );
    await fc.assert(
      fc.asyncProperty(ends, fc.nat(), async (given, cut) => {
        const all = given
          .map(({ name, minute, reason }) => end(name, `01:0${minute}:00`, reason))
          .toSorted((a, b) => Number(a.finishedAt) - Number(b.finishedAt) || (a.name < b.name ? -1 : 1));
        const first = all.slice(0, cut % (all.length + 1));
        const atOnce = count(job(), ...all);
        expect(count(count(job(), ...first), ...all).status).toEqual(atOnce.status);
        expect(count(atOnce, ...first).status).toEqual(atOnce.status);
        const newest = all.at(-1);
        expect(healthy(atOnce)?.startsWith('True')).toBe(newest && newest.reason === undefined);
      }),
    );
  });
});

describe('a job that expects a success within a time', () => {
  const expecting = (spec: Partial<JobSpec> = {}) =>
    silence(job({ expectWithin: 3_600, ...spec }), at('00:00:30'));

  it('is silent from when the time has passed since it was first seen, once', () => {
    const one = expecting();
    expect(one.status.health?.expectedSince).toEqual(at('00:00:30'));
    expect(withSilence(one, at('01:00:29'))).toBeUndefined();
    const silent = silence(one, at('01:00:30'));
    expect(healthy(silent)).toBe('False Silent No task has succeeded for 1h: none yet.');
    expect(silent.status.health?.unreported).toEqual([{ type: 'Silent', time: at('01:00:30'), depth: 0 }]);
    expect(withSilence(silent, at('05:00:00'))).toBeUndefined();
  });

  it('stays silent where it expects a success earlier or later, told once, in the words of now', () => {
    const silent = silence(expecting(), at('02:00:00'));
    for (const [expectWithin, within] of [
      [1_800, '30m'],
      [5_400, '90m'],
    ] as const) {
      const other = silence({ ...silent, spec: { ...silent.spec, expectWithin } }, at('02:01:00'));
      expect(healthy(other)).toBe(`False Silent No task has succeeded for ${within}: none yet.`);
      expect(events(other)).toEqual(['Silent']);
    }
    const later = silence({ ...silent, spec: { ...silent.spec, expectWithin: 36_000 } }, at('02:01:00'));
    expect(healthy(later)).toBeUndefined();
  });

  it('is counted from its last success, which ends a silence', () => {
    const well = count(silence(expecting(), at('02:00:00')), end('a', '02:30:00'));
    expect(healthy(well)).toMatch(/^True/);
    expect(events(well)).toEqual(['Silent', 'Recovered']);
    expect(well.status.health?.unreported.at(-1)?.since).toEqual(at('01:00:30'));
    expect(withSilence(well, at('03:29:59'))).toBeUndefined();
    expect(healthy(silence(well, at('03:30:00')))).toBe(
      'False Silent No task has succeeded for 1h: the last one at 2026-11-25T02:30:00Z.',
    );
  });

  it('is silent while its tasks fail, too', () => {
    const failing = count(expecting(), end('a', '00:30:00', 'Error'), end('b', '00:40:00', 'Error'));
    expect(healthy(failing)).toMatch(/^False Error/);
    const silent = silence(failing, at('02:00:00'));
    expect(healthy(silent)).toBe(
      'False Silent No task has succeeded for 1h: none yet. Failed 2 times since 2026-11-25T00:30:00Z.',
    );
    expect(events(silent)).toEqual(['Failing', 'Silent']);
    expect(events(count(silent, end('c', '02:10:00')))).toEqual(['Failing', 'Silent', 'Recovered']);
  });

  it('is never silent while it is suspended, and is counted anew from its resumption', () => {
    const one = expecting();
    const suspended = { ...one, spec: { ...one.spec, suspend: true } };
    const seen = silence(suspended, at('03:00:00'));
    expect(healthy(seen)).toBeUndefined();
    const resumed = silence({ ...seen, spec: one.spec }, at('04:00:00'));
    expect(withSilence(resumed, at('04:59:59'))).toBeUndefined();
    expect(healthy(silence(resumed, at('05:00:00')))).toMatch(/^False Silent/);
  });

  it('is counted from its schedule, where that is newer', () => {
    const one = expecting();
    const schedule = { cron: '0 2 * * *', timeZone: 'UTC', since: at('00:30:00'), driver: 'rules' } as const;
    const scheduled = { ...one, status: { ...one.status, schedule } };
    expect(withSilence(scheduled, at('01:29:59'))).toBeUndefined();
    expect(withSilence(scheduled, at('01:30:00'))).toBeDefined();
  });

  it('falls back to its newest run once nothing is expected any more', () => {
    const failing = silence(count(expecting(), end('a', '00:30:00', 'Error')), at('02:00:00'));
    const unexpected = { ...failing, spec: { ...failing.spec, expectWithin: undefined } };
    expect(healthy(silence(unexpected, at('02:01:00')))).toBe(
      'False Error Failed once, at 2026-11-25T00:30:00Z.',
    );
    const never = silence(expecting(), at('02:00:00'));
    expect(healthy(silence({ ...never, spec: unexpected.spec }, at('02:01:00')))).toBeUndefined();
  });
});

describe('an event that was published', () => {
  it('is removed once', () => {
    const failing = count(job(), end('a', '01:00:00', 'Error'));
    const [event] = failing.status.health?.unreported ?? [];
    if (event === undefined) throw new Error('There is no event.');
    const published = after(failing, withoutEvent(failing, event));
    expect(events(published)).toEqual([]);
    expect(withoutEvent(published, event)).toBeUndefined();
  });
});
