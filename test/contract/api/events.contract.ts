import { describe } from '@jest/globals';
import type { Api } from '../support/api.ts';
import { listening } from '../support/listening.ts';
import { eventsTaken } from './events-taken.contract.ts';
import { taskEvents } from './task-events.contract.ts';
import { triggers } from './triggers.contract.ts';

/** Events in and out: a rule starts a task, and the reconcile publishes the ends of tasks. */
export const events = (outer: () => Api): void => {
  describe('events', () => {
    const own = listening(outer);
    for (const suite of [eventsTaken, taskEvents, triggers]) suite(own);
  });
};
