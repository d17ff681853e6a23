import { describe, expect, it } from '@jest/globals';
import type { Job, State } from '../../cli/api/responses.ts';
import {
  outcomesInWords,
  policyOf,
  startsByItself,
  statusOf,
  triggerOf,
  whyOf,
} from '../../console/labels.ts';
import { activeOf, lookedThrough, nextOf, recentFailures, resourcesInWords } from '../../console/summary.ts';
import { durationOf, fromNow } from '../../console/time.ts';

describe('why a task is in its state', () => {
  it.each([
    [{ state: 'succeeded' }, undefined],
    [{ state: 'running' }, undefined],
    [{ state: 'failed', reason: 'Error', exitCode: 7 }, 'Its command ended with exit code 7.'],
    [
      { state: 'failed', reason: 'OOMKilled', exitCode: 137 },
      'It used more memory than it may have. Exit code 137.',
    ],
    [{ state: 'failed', reason: 'ImagePullFailed' }, 'Its image could not be pulled.'],
    [{ state: 'failed', reason: 'SomethingNew' }, 'SomethingNew'],
    [{ state: 'timedOut', reason: 'Timeout' }, 'It took longer than it may.'],
    [{ state: 'pending' }, 'It is about to start.'],
    [{ state: 'pending', reason: 'Queued' }, 'It waits: as many tasks of its app run as are allowed.'],
    [{ state: 'pending', reason: 'Unheard' }, 'It waits: Unheard.'],
  ] as const)('of %j is said in words: %s', (task, words) => {
    expect(whyOf(task)).toBe(words);
  });
});

const job = (more: Partial<Job> = {}): Job => ({
  name: 'report',
  createdAt: '2026-11-24T21:00:00Z',
  conditions: [],
  ...more,
});
const schedule = {
  cron: '0 2 * * *',
  timeZone: 'UTC',
  description: 'At 02:00',
  nextRuns: ['2026-11-25T02:00:00Z'],
};
const trigger = { bus: 'default', pattern: { source: ['aws.s3'] } };
const condition = (status: string, reason: string, message: string) => ({
  type: 'Ready',
  status,
  reason,
  message,
});

describe('how a job stands', () => {
  it.each([
    ['On demand', false, job()],
    ['Scheduled', false, job({ schedule, suspend: false })],
    ['Scheduled', false, job({ schedule, trigger, suspend: false })],
    ['On events', false, job({ trigger, suspend: false })],
    ['Suspended', false, job({ trigger, suspend: true })],
    [
      'Suspended',
      false,
      job({ schedule, suspend: true, conditions: [condition('False', 'Suspended', 'It stands.')] }),
    ],
    [
      'Needs attention',
      true,
      job({ schedule, conditions: [condition('False', 'AppGone', 'App "b" is not there.')] }),
    ],
    ['Needs attention', true, job({ problems: [{ field: 'spec.app', message: 'Missing.' }] })],
  ] as const)('is %s', (word, attention, given) => {
    expect(statusOf(given)).toMatchObject({ word, attention });
  });

  it('says what is wrong', () => {
    expect(statusOf(job({ problems: [{ field: 'spec.app', message: 'Missing.' }] })).messages).toEqual([
      'spec.app: Missing.',
    ]);
  });

  it('says which events start it', () => {
    expect(triggerOf(job())).toBeUndefined();
    expect(triggerOf(job({ trigger }))).toBe('Events of the default bus');
    expect(triggerOf(job({ trigger: { ...trigger, bus: 'service' } }))).toBe('Events of the stage’s own bus');
  });

  it('can be suspended where a schedule or events start it', () => {
    expect(startsByItself(job())).toBe(false);
    expect(startsByItself(job({ schedule }))).toBe(true);
    expect(startsByItself(job({ trigger }))).toBe(true);
  });

  it('says what becomes of runs that meet', () => {
    expect(policyOf(job())).toBe('Runs may overlap');
    expect(policyOf(job({ concurrencyPolicy: 'Forbid' }))).toBe('A run waits for the one before');
  });
});

describe('a strip of outcomes', () => {
  const of = (...states: readonly State[]) => states.map((state) => ({ state }));
  it.each([
    [of(), 'It has not run yet.'],
    [of('succeeded'), '1 run: 1 succeeded. The newest succeeded.'],
    [of('failed', 'succeeded', 'succeeded'), '3 runs: 2 succeeded, 1 failed. The newest failed.'],
    [of('running', 'timedOut'), '2 runs: 1 running, 1 timed out. The newest is running.'],
  ])('is said in words: %j', (outcomes, words) => {
    expect(outcomesInWords(outcomes)).toBe(words);
  });
});

const NOW = new Date('2026-11-24T12:00:00Z');

const task = (state: State, finishedAt: string, createdAt = '2026-11-01T00:00:00Z') => ({
  ...{ name: finishedAt, id: 'a', app: 'b', command: 'c', state, finishedAt },
  createdAt,
});

describe('what is told at a glance', () => {
  it('are the failures of the last day', () => {
    const tasks = [
      task('failed', '2026-11-24T11:00:00Z'),
      task('timedOut', '2026-11-23T12:00:01Z'),
      task('failed', '2026-11-23T11:59:59Z'),
      task('cancelled', '2026-11-24T11:00:00Z'),
      task('succeeded', '2026-11-24T11:00:00Z'),
    ];
    expect(recentFailures(tasks, NOW).map(({ state }) => state)).toEqual(['failed', 'timedOut']);
  });

  it.each([
    ['no older one', false, '2026-11-24T11:00:00Z', 'in the last day'],
    ['older ones, and a day between', true, '2026-11-23T12:00:00Z', 'in the last day'],
    ['older ones of the same day', true, '2026-11-23T12:00:01Z', 'among the newest 2 tasks'],
  ])('are not more failures than were looked for: %s', (_, hasOlder, oldest, words) => {
    const tasks = [task('failed', 'new', '2026-11-24T11:59:00Z'), task('succeeded', 'old', oldest)];
    expect(lookedThrough(tasks, hasOlder, NOW)).toBe(words);
    expect(lookedThrough([], hasOlder, NOW)).toBe('in the last day');
  });

  it('are active tasks, those too that are older than the newest ones', () => {
    const long = task('running', 'long', '2026-11-24T01:00:00Z');
    const ended = task('running', 'ended', '2026-11-24T11:00:00Z');
    const waits = task('pending', 'waits', '2026-11-24T11:58:00Z');
    const active = activeOf([ended, long], [waits, { ...ended, state: 'succeeded' }]);
    expect(active.map(({ name }) => name)).toEqual(['waits', 'long']);
  });

  it('are the next runs, the nearest first', () => {
    const at = (name: string, ...nextRuns: string[]) => job({ name, schedule: { ...schedule, nextRuns } });
    const jobs = [
      at('late', '2026-11-26T02:00:00Z'),
      at('suspended'),
      at('soon', '2026-11-25T02:00:00Z'),
      job(),
    ];
    expect(nextOf(jobs, 5).map((next) => next.job)).toEqual(['soon', 'late']);
    expect(nextOf(jobs, 1)).toEqual([{ job: 'soon', time: '2026-11-25T02:00:00Z' }]);
  });

  it('are resources', () => {
    expect(resourcesInWords({ cpu: '500m', memory: '2048Mi', disk: '1536Mi' })).toBe(
      '2Gi memory, 1536Mi disk, 500m CPU',
    );
    expect(resourcesInWords({})).toMatch(/^Defaults/);
  });
});

describe('time', () => {
  it.each([
    ['2026-11-24T11:59:15Z', '45s ago'],
    ['2026-11-24T12:00:00Z', '0s ago'],
    ['2026-11-24T12:00:30Z', 'in 30s'],
    ['2026-11-25T02:00:00Z', 'in 14h'],
  ])('%s is %s', (time, words) => {
    expect(fromNow(time, NOW)).toBe(words);
  });

  it('that a task took is counted from its beginning, to now while it runs', () => {
    const startedAt = '2026-11-24T11:58:00Z';
    expect(durationOf({}, NOW)).toBeUndefined();
    expect(durationOf({ startedAt }, NOW)).toBe('2m');
    expect(durationOf({ startedAt, finishedAt: '2026-11-24T11:58:09Z' }, NOW)).toBe('9s');
  });
});
