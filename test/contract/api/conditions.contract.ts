import { describe, expect, it } from '@jest/globals';
import { app, job } from '../../support/custom-resources.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { ownApi } from '../support/own-api.ts';

const HOURLY = { cron: '0 * * * *', timeZone: 'UTC' };
const S3 = { bus: 'default', pattern: { source: ['aws.s3'] } };

/** Longest time until a Job that kubectl wrote has its conditions: a minute, and a reconcile of 15 seconds. */
const MOST_MS = 75_000;

/** Jobs that kubectl wrote, and why they do not run. */
const UNREADY: readonly (readonly [
  name: string,
  spec: object,
  reason: string,
  says: string,
  shown: object,
])[] = [
  ['never', { schedule: { cron: '0 0 30 2 *' } }, 'Invalid', 'never fires', { cron: '0 0 30 2 *' }],
  [
    'reversed',
    { schedule: { cron: '0 22-2 * * *' } },
    'Invalid',
    'write "22-23,0-2"',
    { cron: '0 22-2 * * *' },
  ],
  [
    'on-mars',
    { schedule: { cron: '0 2 * * *', timeZone: 'Mars/Olympus' } },
    'Invalid',
    '"Mars/Olympus" is no time zone',
    { cron: '0 2 * * *', timeZone: 'Mars/Olympus' },
  ],
  ['of-no-app', { app: 'nobody', schedule: HOURLY }, 'AppGone', 'App "nobody" is not in this space', HOURLY],
  ['suspended', { suspend: true, schedule: HOURLY }, 'Suspended', 'Its schedule is paused', HOURLY],
];

/** Conditions of Jobs and Apps: what they say is what the fields say, at once or within one reconcile. */
export const conditions = (outer: () => Api): void => {
  describe('conditions', () => {
    const { api, space, call, create, later } = ownApi(outer, { command: 'true' });
    const admin = () => api().target.as('admin');
    const path = (name: string) => objectPath('jobs', space(), name);
    const apply = async (name: string, spec: object) =>
      expect((await admin().create(listPath('jobs', space()), job(name, spec))).status).toBe(201);
    const stored = async (name: string) => (await admin().get(path(name))).body;
    const readyOf = async (name: string) => {
      const { status, metadata } = await stored(name);
      const ready = status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
      return { ...ready, isCurrent: ready?.observedGeneration === metadata.generation };
    };
    /** Cells of the table that `kubectl get jobs.taskbridge.dev` prints. */
    const cellsOf = async (name: string): Promise<object> => {
      const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
      const table = JSON.parse(JSON.stringify((await admin().send('GET', path(name), { headers })).body));
      return Object.fromEntries(
        table.columnDefinitions.map((column: { name: string }, index: number) => [
          column.name,
          table.rows[0].cells[index],
        ]),
      );
    };

    it('of a job that kubectl made are there within one reconcile', async () => {
      await apply('new', { schedule: HOURLY });
      expect((await stored('new')).status).toBeUndefined();
      const made = api().now().getTime();
      await later();
      expect(api().now().getTime() - made).toBeLessThanOrEqual(MOST_MS);
      expect(await readyOf('new')).toMatchObject({ status: 'True', reason: 'Scheduled', isCurrent: true });
      expect(await cellsOf('new')).toMatchObject({
        Status: 'Scheduled',
        Next: expect.stringMatching(/:00:00Z$/),
      });
    });

    it.each(UNREADY)(
      'say of the job %s by kubectl why it does not run',
      async (name, spec, reason, says, shown) => {
        await apply(name, spec);
        await later();
        expect(await readyOf(name)).toMatchObject({
          ...{ status: 'False', reason, isCurrent: true },
          message: expect.stringContaining(says),
        });
        expect(await cellsOf(name)).toMatchObject({ Status: reason });
        const { body } = await call('GET', `/jobs/${name}`);
        expect(body).toMatchObject({
          schedule: shown,
          conditions: [{ type: 'Ready', status: 'False', reason, observedGeneration: body.generation }],
        });
      },
    );

    it('of an invalid job are in the list of schedules, and not in that of triggers', async () => {
      const names = async (query: string) =>
        (await call('GET', `/jobs?limit=500&${query}`)).body.items.map(({ name }: { name: string }) => name);
      expect(await names('scheduled=true')).toEqual(expect.arrayContaining(['never', 'on-mars']));
      expect(await names('triggered=true')).toEqual([]);
    });

    it('follow each change of suspend: of the API at once, of kubectl within one reconcile', async () => {
      await create('changing', { schedule: HOURLY });
      const says = async (suspended: boolean) => {
        const { body } = await call('GET', '/jobs/changing');
        const status = suspended ? 'False' : 'True';
        expect(body).toMatchObject({ suspend: suspended, conditions: [{ type: 'Ready', status }] });
        expect(await readyOf('changing')).toMatchObject({ status, isCurrent: true });
        expect(await cellsOf('changing')).toMatchObject({
          Status: suspended ? 'Suspended' : 'Scheduled',
          Next: suspended ? null : expect.any(String),
        });
      };
      await says(false);
      await call('PUT', '/suspended');
      await says(true);
      await call('DELETE', '/suspended');
      await says(false);
      await later();
      await says(false);
      await call('PUT', '/jobs/changing/suspended');
      await says(true);
      await call('DELETE', '/jobs/changing/suspended');
      await says(false);
      for (const suspend of [true, false]) {
        await admin().mergePatch(path('changing'), { spec: { suspend } });
        await later();
        await says(suspend);
      }
    });

    it('say that a trigger gets no events', async () => {
      await apply('refused', { trigger: { ...S3, pattern: { source: ['aws.s3'], id: [{ like: 'a' }] } } });
      await later();
      expect(await readyOf('refused')).toMatchObject({
        status: 'False',
        reason: 'NotAllowed',
        isCurrent: true,
      });
    });

    it('say that kubectl deleted the app, and that it is back', async () => {
      await admin().create(listPath('apps', space()), app('leaving', { command: 'true' }));
      await apply('left', { app: 'leaving', schedule: HOURLY });
      await later();
      expect(await readyOf('left')).toMatchObject({ status: 'True' });
      await admin().delete(objectPath('apps', space(), 'leaving'));
      await later();
      expect(await readyOf('left')).toMatchObject({ status: 'False', reason: 'AppGone' });
      await admin().create(listPath('apps', space()), app('leaving', { command: 'true' }));
      await later();
      expect(await readyOf('left')).toMatchObject({ status: 'True', reason: 'Scheduled', isCurrent: true });
    });

    it('of an App are of its generation', async () => {
      const at = objectPath('apps', space(), 'odd');
      await admin().create(listPath('apps', space()), app('odd', { labels: { 'taskbridge.dev/app': 'a' } }));
      const readyOfApp = async () => {
        await later();
        const { status, metadata } = (await admin().get(at)).body;
        const ready = status?.conditions?.find(({ type }: { type: string }) => type === 'Ready');
        return [ready?.status, ready?.observedGeneration === metadata.generation];
      };
      expect(await readyOfApp()).toEqual(['False', true]);
      await admin().mergePatch(at, { spec: { command: 'bin/other' } });
      expect(await readyOfApp()).toEqual(['False', true]);
      await admin().mergePatch(at, { spec: { labels: null } });
      expect(await readyOfApp()).toEqual(['True', true]);
      await admin().mergePatch(at, { spec: { command: 'bin/third' } });
      expect(await readyOfApp()).toEqual(['True', true]);
    });
  });
};
