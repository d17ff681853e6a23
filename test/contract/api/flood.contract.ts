import { beforeAll, describe, expect, it } from '@jest/globals';
import { worstPattern } from '../../support/hostile-patterns.ts';
import { listPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { OWN_SOURCE } from '../support/listening.ts';
import { ownApi } from '../support/own-api.ts';

const ROUNDS = 3;
const ROUND_MS = 300_000;
const IN_CLOSED = 60;
const IN_OPEN = 16;

/** A space whose task is queued, beside others that give the reconcile all the work that they can. */
export const flood = (outer: () => Api): void => {
  describe('beside jobs with the heaviest patterns', () => {
    const { api, space, call, later } = ownApi(outer, { command: 'sleep 600', maxRunning: 1 });
    const answers: unknown[] = [];

    beforeAll(async () => {
      const { target } = api();
      const closed = await target.closedNamespace();
      const pattern = worstPattern({ source: [OWN_SOURCE] });
      const spec = { app: 'billing', command: 'true', trigger: { bus: 'service', pattern } };
      for (let index = 0; index < IN_CLOSED; index += 1) {
        const body = {
          apiVersion: 'taskbridge.dev/v1alpha1',
          kind: 'Job',
          metadata: { name: `job-${index}` },
          spec,
        };
        expect(await target.as('admin').create(listPath('jobs', closed), body)).toMatchObject({
          status: 201,
        });
      }
      const open = await target.openSpace();
      await api().push(open, 'billing', { command: 'true' });
      const jobs = `/v1/spaces/${open}/jobs`;
      const pinned = worstPattern({ source: [OWN_SOURCE], detail: { space: [open] } });
      for (let index = 0; index < IN_OPEN; index += 1) {
        await api().call('POST', jobs, { name: `job-${index}`, app: 'billing' });
        const trigger = { bus: 'service', pattern: pinned };
        answers.push((await api().call('PUT', `${jobs}/job-${index}/trigger`, trigger)).status);
      }
    }, ROUND_MS);

    it('each of which is answered in time', () => {
      expect(answers).toEqual(Array(IN_OPEN).fill(200));
    });

    it(
      'a queued task of another space starts within its minute',
      async () => {
        const run = async (): Promise<string> => (await call('POST', '/apps/billing/tasks', {})).body.name;
        let running = await run();
        for (let round = 0; round < ROUNDS; round += 1) {
          const queued = await run();
          await api().until(space(), running, 'running');
          expect((await call('GET', `/tasks/${queued}`)).body).toMatchObject({ reason: 'Queued' });
          await call('POST', `/tasks/${running}/terminate`);
          await api().until(space(), running, 'cancelled');
          await later();
          expect((await call('GET', `/tasks/${queued}`)).body.reason).not.toBe('Queued');
          running = queued;
        }
        await api().until(space(), running, 'running');
        await call('POST', `/tasks/${running}/terminate`);
      },
      ROUNDS * ROUND_MS,
    );
  });
};
