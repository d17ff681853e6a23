import { describe, expect, it } from '@jest/globals';
import type { Job, State } from '../../cli/api/responses.ts';
import {
  isAutomatic,
  policyOf,
  reasonOf,
  statusOf,
  summarizeOutcomes,
  triggerOf,
} from '../../console/labels.ts';
import {
  activeOf,
  failureRange,
  formatResources,
  nextRunsOf,
  recentFailures,
} from '../../console/summary.ts';
import { durationOf, fromNow } from '../../console/time.ts';

describe('the reason of a task', () => {
  it.each([
    [{ state: 'succeeded' }, undefined],
    [{ state: 'running' }, undefined],
    [{ state: 'failed', reason: 'Error', exitCode: 7 }, 'Exit code 7.'],
    [{ state: 'failed', reason: 'Error', exitCode: 255 }, 'Exit code 255, or ended by a signal.'],
    [{ state: 'failed', reason: 'OOMKilled', exitCode: 137 }, 'Out of memory. Exit code 137.'],
    [{ state: 'failed', reason: 'ImagePullFailed' }, 'The image could not be pulled.'],
    [{ state: 'failed', reason: 'SomethingNew' }, 'SomethingNew'],
    [{ state: 'timedOut', reason: 'Timeout' }, 'Timed out.'],
    [{ state: 'pending' }, 'Starting.'],
    [{ state: 'pending', reason: 'Queued' }, 'Queued: the app is at its limit of running tasks.'],
    [{ state: 'pending', reason: 'Unheard' }, 'Pending: Unheard.'],
  ] as const)('for %j is "%s"', (task, words) => {
    expect(reasonOf(task)).toBe(words);
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

describe('the status of a job', () => {
  it('says once what two conditions say', () => {
    const conditions = [
      condition('False', 'NoRoom', 'Its trigger starts no task. Its bus is full.'),
      { ...condition('False', 'NoRoom', 'Its bus is full.'), type: 'Triggered' },
      { ...condition('False', 'Refused', 'The run of noon is late.'), type: 'OnTime' },
    ];
    expect(statusOf(job({ trigger, conditions })).messages).toEqual([
      'Its trigger starts no task. Its bus is full.',
      'The run of noon is late.',
    ]);
  });

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
    [
      'Needs attention',
      true,
      job({ schedule, conditions: [{ ...condition('False', 'Silent', 'None in 26h.'), type: 'Healthy' }] }),
    ],
    [
      'Suspended',
      false,
      job({
        ...{ schedule, suspend: true },
        conditions: [{ ...condition('False', 'Error', 'Failed once.'), type: 'Healthy' }],
      }),
    ],
    ['Needs attention', true, job({ problems: [{ field: 'spec.app', message: 'Missing.' }] })],
  ] as const)('is %s', (label, attention, given) => {
    expect(statusOf(given)).toMatchObject({ label, attention });
  });

  it('has the problems of the job as messages', () => {
    expect(statusOf(job({ problems: [{ field: 'spec.app', message: 'Missing.' }] })).messages).toEqual([
      'spec.app: Missing.',
    ]);
  });

  it('names the bus of its trigger', () => {
    expect(triggerOf(job())).toBeUndefined();
    expect(triggerOf(job({ trigger }))).toBe('Events on the default bus');
    expect(triggerOf(job({ trigger: { ...trigger, bus: 'service' } }))).toBe('Events on the stage’s own bus');
  });

  it('can be suspended with a schedule or a trigger', () => {
    expect(isAutomatic(job())).toBe(false);
    expect(isAutomatic(job({ schedule }))).toBe(true);
    expect(isAutomatic(job({ trigger }))).toBe(true);
  });

  it('has the concurrency policy with its effect', () => {
    expect(policyOf(job())).toBe('Always: runs may overlap');
    expect(policyOf(job({ concurrencyPolicy: 'Forbid' }))).toBe('Forbid: runs are queued');
  });
});

describe('a summary of outcomes', () => {
  const of = (...states: readonly State[]) => states.map((state) => ({ state }));
  it.each([
    [of(), 'No runs yet.'],
    [of('succeeded'), '1 run: 1 succeeded. Latest: succeeded.'],
    [of('failed', 'succeeded', 'succeeded'), '3 runs: 2 succeeded, 1 failed. Latest: failed.'],
    [of('running', 'timedOut'), '2 runs: 1 running, 1 timed out. Latest: running.'],
  ])('of %j has counts and the latest one', (outcomes, words) => {
    expect(summarizeOutcomes(outcomes)).toBe(words);
  });
});

const NOW = new Date('2026-11-24T12:00:00Z');

const task = (state: State, finishedAt: string, createdAt = '2026-11-01T00:00:00Z') => ({
  ...{ name: finishedAt, id: 'a', app: 'b', command: 'c', state, finishedAt },
  createdAt,
});

describe('the summary of a space', () => {
  it('has the failures of the last day', () => {
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
  ])('names the range that was searched for failures: %s', (_, hasOlder, oldest, words) => {
    const tasks = [task('failed', 'new', '2026-11-24T11:59:00Z'), task('succeeded', 'old', oldest)];
    expect(failureRange(tasks, hasOlder, NOW)).toBe(words);
    expect(failureRange([], hasOlder, NOW)).toBe('in the last day');
  });

  it('has the active tasks, also those older than the newest ones', () => {
    const long = task('running', 'long', '2026-11-24T01:00:00Z');
    const ended = task('running', 'ended', '2026-11-24T11:00:00Z');
    const waits = task('pending', 'waits', '2026-11-24T11:58:00Z');
    const active = activeOf([ended, long], [waits, { ...ended, state: 'succeeded' }]);
    expect(active.map(({ name }) => name)).toEqual(['waits', 'long']);
  });

  it('has the next runs, soonest first', () => {
    const at = (name: string, ...nextRuns: string[]) => job({ name, schedule: { ...schedule, nextRuns } });
    const jobs = [
      at('late', '2026-11-26T02:00:00Z'),
      at('suspended'),
      at('soon', '2026-11-25T02:00:00Z'),
      job(),
    ];
    expect(nextRunsOf(jobs, 5).map((next) => next.job)).toEqual(['soon', 'late']);
    expect(nextRunsOf(jobs, 1)).toEqual([{ job: 'soon', time: '2026-11-25T02:00:00Z' }]);
  });

  it('has resources', () => {
    expect(formatResources({ cpu: '500m', memory: '2048Mi', disk: '1536Mi' })).toBe(
      '2Gi memory, 1536Mi disk, 500m CPU',
    );
    expect(formatResources({})).toMatch(/^Defaults/);
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

  it('of a task counts from its start, to now while it runs', () => {
    const startedAt = '2026-11-24T11:58:00Z';
    expect(durationOf({}, NOW)).toBeUndefined();
    expect(durationOf({ startedAt }, NOW)).toBe('2m');
    expect(durationOf({ startedAt, finishedAt: '2026-11-24T11:58:09Z' }, NOW)).toBe('9s');
  });
});
