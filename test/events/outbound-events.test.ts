import { describe, expect, it } from '@jest/globals';
import { runMissed, taskEnded } from '../../lib/events/outbound-events.ts';
import { depthOf, toTaskEvent } from '../../lib/tasks/event.ts';
import type { Task } from '../../lib/tasks/task.ts';

const at = (time: string): Date => new Date(`2026-11-25T${time}:00Z`);

const TASK: Task = {
  ...{ name: 'report-1', id: '1', app: 'billing', job: 'report', command: 'bin/report --password x' },
  ...{ state: 'failed', createdAt: '2026-11-25T12:00:00Z', finishedAt: '2026-11-25T12:01:00Z' },
};
const OF = { space: 'team-a', uid: 'uid-1', depth: 2 };

describe('the event of a finished task', () => {
  it('has no command, and a long message is cut', () => {
    const event = taskEnded({ ...TASK, message: 'x'.repeat(5_000) }, OF);
    expect(JSON.stringify(event)).not.toContain('password');
    expect(String(event?.detail.message)).toHaveLength(1_000);
    expect(event).toMatchObject({ time: at('12:01'), detail: { depth: 2, space: 'team-a' } });
  });

  it('has an id that depends on its run alone', () => {
    const id = taskEnded(TASK, OF)?.detail.eventId;
    expect(taskEnded({ ...TASK, message: 'other', state: 'cancelled' }, OF)?.detail.eventId).toBe(id);
    expect(taskEnded(TASK, { ...OF, uid: 'uid-2' })?.detail.eventId).not.toBe(id);
  });

  it.each(['pending', 'running'] as const)('is none of a task that is %s', (state) => {
    expect(taskEnded({ ...TASK, state }, OF)).toBeUndefined();
  });
});

describe('an event as its task sees it', () => {
  const stage = { service: 'taskbridge', stage: 'prod' };
  const facts = (source: string, detail: unknown) => ({
    ...{ id: 'aws-1', source, detailType: 'x', time: 't', detail },
  });
  const own = { eventId: 'end-1', space: 'team-a', depth: 3 };

  it.each([
    [
      'of ours has our id and is one deeper',
      facts('taskbridge.prod', own),
      { id: 'end-1', depth: 4 },
      'team-a',
    ],
    [
      'of others that looks like ours has its own id',
      facts('shop.orders', own),
      { id: 'aws-1', depth: 0 },
      undefined,
    ],
  ])('%s', (_, given, event, ofSpace) => {
    const found = toTaskEvent(stage, given);
    expect(found?.event).toMatchObject(event);
    expect(found?.ofSpace).toBe(ofSpace);
  });

  it.each([
    [{}, 0],
    [{ 'taskbridge.dev/event-depth': '4' }, 4],
    [{ 'taskbridge.dev/event-depth': 'four' }, 0],
  ])('says how deep its run is: %j', (annotations, depth) => {
    expect(depthOf(annotations)).toBe(depth);
  });
});

describe('the event of missed occurrences', () => {
  it('has another id for each newest occurrence', () => {
    const job = { space: 'team-a', name: 'report', uid: 'uid-1', app: 'billing' };
    const missed = { oldest: at('10:00'), newest: at('12:00'), reason: 'Superseded' } as const;
    expect(runMissed(job, missed)).toMatchObject({
      detailType: 'Run Missed',
      time: at('12:00'),
      detail: { job: 'report', scheduledTime: at('12:00').toISOString(), depth: 0 },
    });
    const later = runMissed(job, { ...missed, newest: at('13:00') });
    expect(later.detail.eventId).not.toBe(runMissed(job, missed).detail.eventId);
  });
});
