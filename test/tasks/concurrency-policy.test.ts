import { describe, expect, it } from '@jest/globals';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { nextRun } from '../../lib/tasks/concurrency-policy.ts';

type Kind = 'waiting' | 'going' | 'ended' | 'replaced' | 'unseen';

const CONDITION = {
  waiting: { status: 'Unknown', reason: 'PipelineRunPending' },
  going: { status: 'Unknown', reason: 'Running' },
  ended: { status: 'True', reason: 'Succeeded' },
  replaced: { status: 'False', reason: 'Cancelled' },
  unseen: undefined,
} as const;

/** Run requested at this second; an event's, unless its name begins with "run". */
const run = (name: string, second: number, kind: Kind) => ({
  name,
  createdAt: '2026-11-24T21:00:00Z',
  condition: CONDITION[kind],
  annotations: {
    [ANNOTATION.requestedAt]: `2026-11-24T21:00:0${second}.000Z`,
    ...(name.startsWith('run') ? {} : { [ANNOTATION.eventId]: name }),
    ...(kind === 'replaced' ? { [ANNOTATION.cancelledBecause]: 'Replaced' } : {}),
  },
});

describe('under Forbid', () => {
  it.each([
    ['the oldest goes when nothing does', [run('b', 2, 'waiting'), run('a', 1, 'waiting')], 'a'],
    ['none goes while one does', [run('a', 1, 'waiting'), run('run-1', 2, 'going')], undefined],
    ['none goes while Tekton has not seen one', [run('a', 1, 'waiting'), run('b', 2, 'unseen')], undefined],
    ['one goes after the end of another', [run('a', 1, 'ended'), run('b', 2, 'waiting')], 'b'],
    ['none goes while a run waits for room', [run('run-1', 1, 'waiting'), run('b', 2, 'waiting')], undefined],
    ['nothing is next where nothing waits', [run('a', 1, 'going')], undefined],
  ])('%s', (_, runs, next) => {
    expect(nextRun(runs, 'Forbid')).toEqual({ next, stops: [] });
  });
});

describe('under Replace', () => {
  it.each([
    [
      'the newest goes, and what was before it stops',
      [run('a', 1, 'going'), run('b', 2, 'waiting')],
      'b',
      ['a'],
    ],
    [
      'of those that wait the older ones stop too',
      [run('a', 1, 'waiting'), run('b', 2, 'waiting')],
      'b',
      ['a'],
    ],
    ['what was replaced must have stopped', [run('a', 1, 'replaced'), run('b', 2, 'waiting')], 'b', ['a']],
    ['what has ended by itself is no concern', [run('a', 1, 'ended'), run('b', 2, 'waiting')], 'b', []],
    [
      'none goes beside a run that was requested later',
      [run('a', 1, 'waiting'), run('run-1', 2, 'going')],
      undefined,
      [],
    ],
    [
      'a newer one that goes leaves the older ones no turn',
      [run('a', 1, 'waiting'), run('b', 2, 'going')],
      undefined,
      ['a'],
    ],
    ['without an event nobody stops', [run('run-1', 1, 'going')], undefined, []],
    ['of the same moment the name decides', [run('b', 1, 'waiting'), run('a', 1, 'waiting')], 'b', ['a']],
  ])('%s', (_, runs, next, stops) => {
    expect(nextRun(runs, 'Replace')).toEqual({ next, stops });
  });
});
