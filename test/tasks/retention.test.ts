import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { selectForDeletion, toCandidate } from '../../lib/tasks/retention.ts';
import type { RunRecord } from '../../lib/tasks/task.ts';
import { holdsFor } from '../support/property.ts';
import { run } from '../support/task-situations.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

type Given = Partial<RunRecord> & { readonly job?: string; readonly occurrence?: string };

/** Run that ended and was reported, created so many minutes ago. */
const ended = (name: string, minutes: number, { job, occurrence, ...more }: Given = {}): RunRecord =>
  run(
    { status: 'True', reason: 'Succeeded' },
    {
      name,
      createdAt: minutesAgo(minutes),
      labels: { [LABEL.reported]: 'true', ...(job === undefined ? {} : { [LABEL.job]: job }) },
      annotations: {
        [ANNOTATION.requestedAt]: minutesAgo(minutes),
        ...(occurrence === undefined ? {} : { [ANNOTATION.scheduledTime]: occurrence }),
      },
      ...more,
    },
  );
const active = (name: string, minutes: number): RunRecord =>
  ended(name, minutes, { condition: { status: 'Unknown', reason: 'Running' }, labels: {} });

/** Ended run of a backfill of the job `j`, created and admitted so many minutes ago. */
const backfilled = (name: string, minutes: number, occurrence: string, more: Given = {}): RunRecord => {
  const run = ended(name, minutes, { job: 'j', occurrence, ...more });
  const marks = {
    [ANNOTATION.nonce]: name,
    [ANNOTATION.backfill]: '{"maxRunning":1}',
    [ANNOTATION.admittedAt]: minutesAgo(minutes),
  };
  return { ...run, annotations: { ...run.annotations, ...marks } };
};

const expired = (runs: readonly RunRecord[], retention: number): readonly string[] =>
  selectForDeletion(runs.map(toCandidate), retention, NOW).map(({ name }) => name);

/** Ended runs, created 20, 30, 40 and 50 minutes ago. */
const FOUR = [ended('b', 30), ended('d', 50), ended('a', 20), ended('c', 40)];

type Situation = readonly [
  situation: string,
  runs: readonly RunRecord[],
  retention: number,
  goes: readonly string[],
];

const SITUATIONS: readonly Situation[] = [
  ['there are none', [], 1, []],
  ['there are as many as may be', FOUR, 4, []],
  ['two are too many: the oldest go, the oldest of all first', FOUR, 2, ['d', 'c']],
  ['an older one runs: it takes a place', [...FOUR, active('old', 90)], 3, ['d', 'c']],
  [
    'more run than may be: all that have ended go, and they stay',
    [...FOUR, active('x', 90), active('y', 80)],
    1,
    ['d', 'c', 'b', 'a'],
  ],
  ['it is queued', [...FOUR, ended('p', 99, { condition: { status: 'Unknown' }, labels: {} })], 5, []],
  ['Tekton has said nothing of it', [...FOUR, ended('n', 99, { condition: undefined, labels: {} })], 5, []],
  [
    'its end was not seen to: it takes its place, and stays',
    [...FOUR, ended('u', 60, { labels: {} })],
    3,
    ['d'],
  ],
  ['a newer one is unreported: it counts', [...FOUR, ended('u', 25, { labels: {} })], 2, ['d', 'c', 'b']],
  ['they are younger than 15 minutes', [ended('a', 5), ended('b', 14.9), ended('c', 15)], 1, ['c']],
  [
    'events started them less than 30 minutes ago',
    ['x', 'y', 'z'].map((name, index) =>
      ended(name, 28 + index, { annotations: { [ANNOTATION.eventId]: name } }),
    ),
    0,
    ['z'],
  ],
  [
    'it was requested long before it was created',
    [ended('a', 20), ended('late', 60, { createdAt: minutesAgo(10) })],
    1,
    [],
  ],
  [
    'backfills of old occurrences wait, run and have ended: they push out nothing, and stay for a day',
    [
      ...FOUR,
      ...[1, 2, 3].map((at) => backfilled(`j-${at}`, 10 * at, `2026-11-01T0${at}:00:00Z`)),
      backfilled('w', 10, '2026-11-01T04:00:00Z', { condition: undefined, labels: {} }),
    ],
    3,
    ['d'],
  ],
  [
    'backfills of old occurrences were admitted a day ago: they go first, the oldest occurrence first',
    [
      ...FOUR,
      ...[3, 1, 2].map((at) => backfilled(`j-${at}`, 24 * 60, `2026-11-01T0${at}:00:00Z`)),
      backfilled('y', 24 * 60 - 1, '2026-11-01T00:00:00Z'),
    ],
    4,
    ['j-1', 'j-2'],
  ],
  [
    'a backfill of a newer occurrence has its place',
    [...FOUR, backfilled('n', 60, minutesAgo(25))],
    2,
    ['d', 'c', 'b'],
  ],
  ['one is being deleted: it counts for nothing', [...FOUR, ended('x', 1, { deleting: true })], 3, ['d']],
  [
    'the newest of a job, and of another',
    [
      ended('a', 20),
      ended('j1', 30, { job: 'j' }),
      ended('j2', 40, { job: 'j' }),
      ended('k', 50, { job: 'k' }),
    ],
    1,
    ['j2'],
  ],
  [
    'the last occurrence of a job that was run by hand since',
    [
      ended('a', 20),
      ended('hand', 30, { job: 'j' }),
      ended('j-2', 40, { job: 'j', occurrence: '2026-11-25T11:20:00Z' }),
      ended('j-1', 50, { job: 'j', occurrence: '2026-11-25T11:10:00Z' }),
    ],
    1,
    ['j-1'],
  ],
  [
    'a catch-up of an older occurrence is newer',
    [
      ended('a', 20),
      ended('j-1', 30, { job: 'j', occurrence: '2026-11-25T11:10:00Z' }),
      ended('j-2', 40, { job: 'j', occurrence: '2026-11-25T11:20:00Z' }),
    ],
    1,
    [],
  ],
  [
    "a job's newest is being deleted: the one before has the last name",
    [ended('a', 20), ended('j2', 30, { job: 'j', deleting: true }), ended('j1', 40, { job: 'j' })],
    1,
    [],
  ],
  [
    'two of one second, ordered by milliseconds',
    [
      ended('a', 20),
      ended('first', 0, {
        createdAt: minutesAgo(30),
        annotations: { [ANNOTATION.requestedAt]: '2026-11-25T11:30:00.100Z' },
      }),
      ended('second', 0, {
        createdAt: minutesAgo(30),
        annotations: { [ANNOTATION.requestedAt]: '2026-11-25T11:30:00.200Z' },
      }),
    ],
    2,
    ['first'],
  ],
  [
    'times that somebody wrote by hand',
    [...FOUR, ended('x', 60, { annotations: { [ANNOTATION.requestedAt]: 'noon' } })],
    4,
    ['x'],
  ],
];

describe('the runs that are too many', () => {
  it.each(SITUATIONS)('%s', (_, runs, retention, goes) => {
    expect(expired(runs, retention)).toEqual(goes);
    expect(expired(runs.toReversed(), retention)).toEqual(goes);
  });

  it('leave no more than may be, but for those that are spared, and are none when they are gone', () => {
    const anyRun = fc.record({
      minutes: fc.integer({ min: 0, max: 300 }),
      state: fc.constantFrom('active', 'unreported', 'reported', 'deleting'),
      job: fc.constantFrom(undefined, 'j', 'k'),
    });
    holdsFor(
      300,
      fc.property(
        fc.array(anyRun, { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (given, retention) => {
          const runs = given.map(({ minutes, state, job }, index) => ({
            state,
            minutes,
            job,
            record: ended(`run-${index}`, minutes, {
              ...(job === undefined ? {} : { job }),
              ...(state === 'active' ? { condition: { status: 'Unknown' } as const } : {}),
              ...(state === 'unreported' ? { labels: {} } : {}),
              deleting: state === 'deleting',
            }),
          }));
          const gone = expired(
            runs.map(({ record }) => record),
            retention,
          );
          const left = runs.filter(({ record }) => !gone.includes(record.name));
          for (const { state, minutes } of runs.filter(({ record }) => gone.includes(record.name))) {
            expect([state, minutes >= 15]).toEqual(['reported', true]);
          }
          const spared = left.filter(
            ({ state, minutes, job }) => state !== 'reported' || minutes < 15 || job !== undefined,
          );
          const counted = left.filter(({ state }) => state !== 'deleting');
          expect(counted.length).toBeLessThanOrEqual(retention + spared.length);
          expect(
            expired(
              left.map(({ record }) => record),
              retention,
            ),
          ).toEqual([]);
          expect(gone.length).toBeLessThanOrEqual(Math.max(runs.length - retention, 0));
        },
      ),
    );
  });
});
