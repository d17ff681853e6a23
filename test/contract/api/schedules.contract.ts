import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.ts';

const YEARLY = { cron: '30 6 1 1 *', timeZone: 'UTC' };

type Named = { readonly name: string };
const namesOf = (items: readonly Named[]): string[] => items.map(({ name }) => name);

/** Schedules of jobs: set, replaced, suspended, taken away, listed; and the rules that they are at each moment. */
export const schedules = (api: () => Api): void => {
  describe('schedules', () => {
    let space: string;
    const call = (method: string, path: string, body?: object) =>
      api().call(method, `/v1/spaces/${space}${path}`, body);
    const create = (name: string, spec: object = {}) =>
      call('POST', '/jobs', { name, app: 'billing', ...spec });
    const expressions = (job: string): string[] =>
      api()
        .rules(space, job)
        .map(({ expression, enabled }) => `${expression}${enabled ? '' : ' disabled'}`);

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'billing', { command: 'echo default' });
    });

    it('take a schedule, and say which one it replaces', async () => {
      await create('scheduled');
      const first = await call('PUT', '/jobs/scheduled/schedule', { cron: '0 0 13 * fri' });
      expect(first.status).toBe(200);
      expect(first.body.schedule).toMatchObject({ cron: '0 0 13 * fri', timeZone: 'UTC', driver: 'rules' });
      expect(first.body).not.toHaveProperty('replaced');
      expect(expressions('scheduled')).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * FRI *)']);

      const second = await call('PUT', '/jobs/scheduled/schedule', {
        cron: '30 2 * * *',
        timeZone: 'Asia/Seoul',
        concurrencyPolicy: 'Replace',
      });
      expect(second.body).toMatchObject({
        schedule: { cron: '30 2 * * *', timeZone: 'Asia/Seoul' },
        concurrencyPolicy: 'Replace',
        replaced: { cron: '0 0 13 * fri', timeZone: 'UTC' },
      });
      expect(expressions('scheduled')).toEqual(['cron(30 17 * * ? *)']);
      expect((await call('GET', '/jobs/scheduled')).body).not.toHaveProperty('replaced');
    });

    it('with H have a time of their own, which their rule has', async () => {
      await create('spread');
      const { body } = await call('PUT', '/jobs/spread/schedule', { cron: 'H H(2-5) * * *' });
      const [, minute, hour] = /^cron\((\d+) (\d) \* \* \? \*\)$/.exec(expressions('spread').join()) ?? [];
      expect(['2', '3', '4', '5']).toContain(hour);
      expect(body.schedule).toMatchObject({
        cron: 'H H(2-5) * * *',
        description: `At 0${hour}:${minute?.padStart(2, '0')} (H)`,
        driver: 'rules',
      });
      expect(body.schedule.nextRuns[0]).toContain(`T0${hour}:${minute?.padStart(2, '0')}:00Z`);
      expect(body.conditions).toMatchObject([
        { type: 'Ready', message: `It runs at "${minute} ${hour} * * *" (H H(2-5) * * *) in UTC.` },
      ]);
      const again = await call('PUT', '/jobs/spread/schedule', { cron: 'H H(2-5) * * *' });
      expect(again.body.schedule.since).toBe(body.schedule.since);
    });

    it('do not run while they are suspended', async () => {
      await create('still', { schedule: YEARLY });
      const suspended = await call('PUT', '/jobs/still/suspended');
      expect(suspended.body).toMatchObject({
        suspend: true,
        schedule: { ...YEARLY, nextRuns: [] },
        conditions: [{ type: 'Ready', status: 'False', reason: 'Suspended' }],
      });
      expect(expressions('still')).toEqual([]);

      const resumed = await call('DELETE', '/jobs/still/suspended');
      expect(resumed.body).toMatchObject({ suspend: false, schedule: { driver: 'rules' } });
      expect(resumed.body.schedule.nextRuns).toHaveLength(3);
      expect(expressions('still')).toEqual(['cron(30 6 1 JAN ? *)']);
    });

    it('lose their schedule once, and still run on request', async () => {
      await create('unscheduled', { command: 'true', schedule: YEARLY });
      expect((await call('DELETE', '/jobs/unscheduled/schedule')).status).toBe(204);
      expect(expressions('unscheduled')).toEqual([]);
      const { body } = await call('GET', '/jobs/unscheduled');
      expect(body).not.toHaveProperty('schedule');
      expect(body.conditions).toMatchObject([{ type: 'Ready', reason: 'NotScheduled' }]);
      expect((await call('DELETE', '/jobs/unscheduled/schedule')).status).toBe(404);
      expect((await call('POST', '/jobs/unscheduled/run', {})).status).toBe(201);
    });

    it('are listed by name, in parts, by app and by whether they have a schedule', async () => {
      const own = await api().target.openSpace();
      await api().push(own, 'billing', { command: 'true' });
      await api().push(own, 'orders', { command: 'true' });
      const path = `/v1/spaces/${own}/jobs`;
      for (const [name, app, schedule] of [
        ['c', 'billing', YEARLY],
        ['a', 'billing', undefined],
        ['b', 'orders', YEARLY],
      ]) {
        expect((await api().call('POST', path, { name, app, schedule })).status).toBe(201);
      }
      const list = async (query: string) => namesOf((await api().call('GET', `${path}${query}`)).body.items);
      expect(await list('')).toEqual(['a', 'b', 'c']);
      expect(await list('?scheduled=true')).toEqual(['b', 'c']);
      expect(await list('?app=billing')).toEqual(['a', 'c']);
      const { body } = await api().call('GET', `${path}?limit=2`);
      expect(namesOf(body.items)).toEqual(['a', 'b']);
      expect(body.items[1].schedule.nextRuns).toHaveLength(1);
      expect(await list(`?limit=2&cursor=${encodeURIComponent(body.cursor)}`)).toEqual(['c']);

      const suspended = await api().call('PUT', `/v1/spaces/${own}/suspended`);
      expect(suspended.body).toEqual({ jobs: ['a', 'b', 'c'] });
      await api().call('DELETE', `${path}/b/suspended`);
      const resumed = await api().call('DELETE', `/v1/spaces/${own}/suspended`);
      expect(resumed.body).toEqual({ jobs: ['a', 'c'] });
    });
  });
};
