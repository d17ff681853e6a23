import { beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { kubernetesJobs } from '../../lib/jobs/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { job } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { type JobsPlace, portOfJobs } from './port-jobs.contract.ts';
import type { Target } from './support/target.ts';

const AS_TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

/** Jobs through our adapter, and what others write past it. */
export const jobs = (target: () => Target) =>
  describe('jobs', () => {
    let app: App;
    const connection = (identity: 'runner' | 'keeper' | 'reader') => {
      const { url, ca, token } = target();
      return createClient({ endpoint: url, tls: { ca }, token: async () => token(identity) });
    };
    let place: JobsPlace;
    const keeper = () => target().as('keeper');
    const writeStatus = (name: string, status: object) =>
      keeper().mergePatch(objectPath('jobs', app.space, name, 'status'), { status });

    beforeAll(async () => {
      const space = await target().openSpace();
      const spec = { image: target().image };
      ({ app } = await kubernetesApps(connection('keeper')).put(space, 'billing', spec, 'nonce'));
      place = { app, jobs: kubernetesJobs(connection('runner')) };
    });

    portOfJobs(() => place);

    it('are the app’s', async () => {
      await place.jobs.create(app, 'owned', JOB, 'nonce');
      const { body } = await keeper().get(objectPath('jobs', app.space, 'owned'));
      expect(body.metadata).toMatchObject({
        ownerReferences: [{ kind: 'App', name: 'billing', uid: app.uid, controller: true }],
      });
    });

    it('that kubectl made invalid are read with their problems', async () => {
      const spec = { app: 'billing', schedule: { cron: '0 0 30 2 *' }, resources: { memory: '256M' } };
      await keeper().create(listPath('jobs', app.space), job('broken', spec));
      expect(await place.jobs.get(app.space, 'broken')).toMatchObject({
        name: 'broken',
        written: { app: 'billing', schedule: { cron: '0 0 30 2 *', timeZone: 'UTC' } },
        problems: [{ field: 'spec.schedule.cron', message: expect.stringContaining('never fires') }],
        status: { conditions: [] },
      });
    });

    it('that a change repairs are valid', async () => {
      await keeper().create(
        listPath('jobs', app.space),
        job('repaired', { schedule: { cron: '0 22-2 * * *' } }),
      );
      const broken = await place.jobs.get(app.space, 'repaired');
      expect(broken).not.toHaveProperty('spec');
      const schedule = { cron: '* * * * *', timeZone: 'UTC' };
      expect(await place.jobs.change(broken, { schedule })).toMatchObject({ spec: { schedule } });
    });

    it('keep what others wrote into the spec', async () => {
      const created = await place.jobs.create(app, 'theirs', JOB, 'nonce');
      await keeper().mergePatch(objectPath('jobs', app.space, 'theirs'), { spec: { command: 'bin/other' } });
      expect(await place.jobs.change(created, { suspend: true })).toMatchObject({
        spec: { command: 'bin/other', suspend: true },
      });
    });

    it('show in a table whether they are ready, and when they run next', async () => {
      await place.jobs.create(app, 'shown', JOB, 'nonce');
      await writeStatus('shown', {
        nextScheduleTime: '2026-11-25T02:00:00Z',
        conditions: [{ ...CONDITION, type: 'Ready', status: 'False', reason: 'Suspended' }],
      });
      const { body } = await keeper().send('GET', objectPath('jobs', app.space, 'shown'), {
        headers: AS_TABLE,
      });
      const { columnDefinitions, rows } = JSON.parse(JSON.stringify(body));
      const cells = Object.fromEntries(
        columnDefinitions.map(({ name }: { name: string }, index: number) => [name, rows[0].cells[index]]),
      );
      expect(cells).toMatchObject({
        ...{ Name: 'shown', App: 'billing', Schedule: '0 2 * * *', Zone: 'UTC' },
        ...{ Status: 'Suspended', Next: '2026-11-25T02:00:00Z' },
      });
    });

    it.each([
      ['a lease that replaces the same run twice', { lease: { occurrence: NOW, replaces: ['a', 'a'] } }],
      ['a lease whose holder has no name', { lease: { occurrence: NOW, holderIdentity: '' } }],
      ['a moment that is none', { lastScheduleTime: 'yesterday' }],
      ['a driver that is none', { schedule: { cron: '@daily', timeZone: 'UTC', since: NOW, driver: 'us' } }],
      ['a condition twice', { conditions: [CONDITION, CONDITION] }],
    ])('have no status with %s', async (_, status) => {
      expect(await writeStatus('made', status)).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
    });

    it('are in the list of the whole cluster, for the keeper alone', async () => {
      const names: string[] = [];
      for await (const part of kubernetesJobs(connection('keeper')).all())
        names.push(...part.filter(({ space }) => space === app.space).map(({ name }) => name));
      expect(names).toEqual(expect.arrayContaining(['made', 'owned', 'broken']));
      expect(new Set(names).size).toBe(names.length);
      await expect(place.jobs.all()[Symbol.asyncIterator]().next()).rejects.toThrow(
        "The Jobs of the cluster can't be listed: jobs.taskbridge.dev is forbidden",
      );
    });
  });

const JOB = {
  app: 'billing',
  schedule: { cron: '0 2 * * *', timeZone: 'UTC' },
  concurrencyPolicy: 'Always',
  suspend: false,
} as const;

const NOW = '2026-11-24T21:00:00Z';
const CONDITION = {
  ...{ type: 'OnTime', status: 'True', reason: 'Started', message: 'It was started.' },
  lastTransitionTime: NOW,
};
