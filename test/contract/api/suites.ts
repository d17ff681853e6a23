import { afterAll, beforeAll, describe } from '@jest/globals';
import { type Api, startApi } from '../support/api.ts';
import type { Target } from '../support/target.ts';
import { access } from './access.contract.ts';
import { applies } from './apply.contract.ts';
import { apps } from './apps.contract.ts';
import { backfills } from './backfill.contract.ts';
import { badInput } from './bad-input.contract.ts';
import { badJobs } from './bad-jobs.contract.ts';
import { conditions } from './conditions.contract.ts';
import { deadLetters } from './dead-letters.contract.ts';
import { events } from './events.contract.ts';
import { fires } from './fires.contract.ts';
import { forged } from './forged.contract.ts';
import { health } from './health.contract.ts';
import { isolation } from './isolation.contract.ts';
import { jobs } from './jobs.contract.ts';
import { logs } from './logs.contract.ts';
import { longLogs } from './long-logs.contract.ts';
import { onceLater } from './once-later.contract.ts';
import { overrides } from './overrides.contract.ts';
import { placement } from './placement.contract.ts';
import { schedules } from './schedules.contract.ts';
import { sources } from './sources.contract.ts';
import { tasks } from './tasks.contract.ts';
import { traces } from './traces.contract.ts';
import { updates } from './updates.contract.ts';

type ApiSuite = (api: () => Api) => void;

/** The suites of the HTTP API by what they are about: a test file each on the embedded cluster; those of `load` and `backfill` are slow. */
export const API_SUITES = {
  apps: [apps, sources],
  tasks: [tasks, logs],
  placement: [placement],
  overrides: [overrides, traces],
  once: [onceLater],
  jobs: [jobs, updates, schedules, fires, conditions],
  apply: [applies],
  backfill: [backfills],
  events: [events, deadLetters],
  health: [health],
  refusals: [badInput, badJobs, access, isolation, forged],
  load: [longLogs],
} as const satisfies Record<string, readonly ApiSuite[]>;

/** Runs suites of the HTTP API over the target: gateway, functions and real clients, under exactly the roles of cluster/. */
export const apiSuites =
  (suites: readonly ApiSuite[]) =>
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

      for (const suite of suites) suite(api);
    });
  };
