import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Target } from '../target.ts';
import { access } from './access.ts';
import { type Api, startApi } from './api.ts';
import { apps } from './apps.ts';
import { badInput } from './bad-input.ts';
import { badJobs } from './bad-jobs.ts';
import { deadLetters } from './dead-letters.ts';
import { events } from './events.ts';
import { fires } from './fires.ts';
import { jobs } from './jobs.ts';
import { logs } from './logs.ts';
import { schedules } from './schedules.ts';
import { sources } from './sources.ts';
import { strangers } from './strangers.ts';
import { tasks } from './tasks.ts';

type ApiSuite = (api: () => Api) => void;

/**
 * The HTTP API over the target: gateway, functions and their real clients, under exactly the roles of cluster/.
 * `more`: what only one kind of cluster can show.
 */
export const apiSuites =
  (...more: readonly ApiSuite[]) =>
  (target: () => Target): void => {
    describe('the HTTP API', () => {
      let running: Api | undefined;
      const api = (): Api => {
        if (running === undefined) throw new Error('The HTTP API did not start; see the first failure.');
        return running;
      };

      beforeAll(async () => {
        running = await startApi(target());
      });

      afterAll(async () => {
        await running?.stop();
      });

      for (const suite of [
        apps,
        tasks,
        jobs,
        schedules,
        logs,
        sources,
        badInput,
        badJobs,
        access,
        strangers,
        fires,
        events,
        deadLetters,
        ...more,
      ])
        suite(api);
    });
  };
