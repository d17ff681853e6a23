import { describe } from '@jest/globals';
import type { Api } from './api.ts';
import { eventsTaken } from './events-taken.ts';
import { listening } from './listening.ts';
import { taskEvents } from './task-events.ts';
import { triggers } from './triggers.ts';

/** Events in and out: a rule hands them to a task, and the reconcile tells of tasks that ended. */
export const events = (outer: () => Api): void => {
  describe('events', () => {
    const own = listening(outer);
    for (const suite of [eventsTaken, taskEvents, triggers]) suite(own);
  });
};
