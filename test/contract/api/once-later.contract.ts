import { describe, expect, it } from '@jest/globals';
import { job } from '../../support/custom-resources.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { MINUTE_MS, ownApi } from '../support/own-api.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const rfc3339 = (time: Date): string => time.toISOString().replace('.000Z', 'Z');
/** A time as a schedule has it, on the clocks of UTC. */
const written = (time: Date): string => time.toISOString().slice(0, 16).replace('T', ' ');
/** The rule that fires at a time and never again. */
const ruleAt = (time: Date): string =>
  `cron(${time.getUTCMinutes()} ${time.getUTCHours()} ${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]} ? ${time.getUTCFullYear()})`;

/** The last Sunday of a month, as `2028-03-26`: in March and October the clocks of Berlin change on it. */
function lastSunday(year: number, month: number): string {
  const last = new Date(Date.UTC(year, month, 0));
  last.setUTCDate(last.getUTCDate() - last.getUTCDay());
  return last.toISOString().slice(0, 10);
}

/** Jobs that run once: at their time, after an outage, and never twice. */
export const onceLater = (outer: () => Api): void => {
  describe('jobs that run once', () => {
    const { api, space, call, create, history, gone, later } = ownApi(outer, {
      command: 'echo "$TASKBRIDGE_SCHEDULED_TIME"',
    });
    const inMinutes = (minutes: number): Date => {
      const time = new Date(api().now().getTime() + minutes * MINUTE_MS);
      time.setUTCSeconds(0, 0);
      return time;
    };
    const occurrences = async (name: string) =>
      (await history(name)).map(({ scheduledTime }) => scheduledTime);
    const expressions = (name: string) =>
      api()
        .rules(space(), name)
        .map(({ expression }) => expression);
    const conditionsOf = async (name: string) => (await call('GET', `/jobs/${name}`)).body.conditions;
    const complete = (reason: string) =>
      expect.arrayContaining([
        expect.objectContaining({ type: 'Complete', status: 'True', reason }),
        expect.objectContaining({ type: 'Ready', status: 'True', reason: 'Complete' }),
      ]);
    const apply = async (name: string, spec: object) =>
      api().target.as('admin').create(listPath('jobs', space()), job(name, spec));

    it('have a rule with a year, run at its minute, and stay complete without a rule', async () => {
      const time = inMinutes(30);
      const made = await create('close', { schedule: { at: written(time) } });
      expect(made.schedule).toMatchObject({
        ...{ at: written(time), timeZone: 'UTC', driver: 'rules' },
        description: `Once, at ${written(time)}`,
        nextRuns: [rfc3339(time)],
      });
      expect(made.schedule).not.toHaveProperty('cron');
      expect(made.conditions).toMatchObject([{ type: 'Ready', status: 'True', reason: 'Scheduled' }]);
      expect(expressions('close')).toEqual([ruleAt(time)]);
      await later(10);
      expect(await history('close')).toEqual([]);

      await api().minute(time);
      const [task] = await history('close');
      expect(task).toMatchObject({
        name: `close-${time.getTime() / MINUTE_MS}`,
        scheduledTime: rfc3339(time),
      });
      await later();
      expect(expressions('close')).toEqual([]);
      const { body } = await call('GET', '/jobs/close');
      expect(body).toMatchObject({ lastScheduleTime: rfc3339(time), conditions: complete('Started') });
      expect(body.schedule).toMatchObject({ at: written(time), nextRuns: [] });
      expect(body.schedule).not.toHaveProperty('driver');
      await api().until(space(), task?.name ?? '', 'succeeded');
      expect((await call('GET', `/tasks/${task?.name}/logs`)).body.log).toBe(`${rfc3339(time)}\n`);
      await later(90);
      expect(await occurrences('close')).toEqual([rfc3339(time)]);
    });

    it('run once after an outage over their minute, however long it was', async () => {
      const time = inMinutes(10);
      await create('over', { command: 'true', schedule: { at: written(time) } });
      await later(75);
      expect(await occurrences('over')).toEqual([rfc3339(time)]);
      await later();
      expect(await occurrences('over')).toEqual([rfc3339(time)]);
      expect(await conditionsOf('over')).toEqual(complete('Started'));
      expect(expressions('over')).toEqual([]);
    });

    it('are missed for good past their starting deadline', async () => {
      const time = inMinutes(10);
      const schedule = { at: written(time) };
      await create('dead', { command: 'true', schedule, startingDeadlineSeconds: 120 });
      await later(30);
      await later();
      expect(await occurrences('dead')).toEqual([]);
      expect(await conditionsOf('dead')).toEqual(complete('Missed'));
      await call('PATCH', '/jobs/dead', { startingDeadlineSeconds: null });
      await later();
      expect(await occurrences('dead')).toEqual([]);
      expect(expressions('dead')).toEqual([]);
    });

    it('never run where they were suspended over their minute', async () => {
      const time = inMinutes(10);
      await create('still', { command: 'true', schedule: { at: written(time) } });
      await call('PUT', '/jobs/still/suspended');
      expect(expressions('still')).toEqual([]);
      await later(20);
      const resumed = await call('DELETE', '/jobs/still/suspended');
      expect(resumed.body).toMatchObject({ schedule: { nextRuns: [] }, conditions: complete('Passed') });
      await later();
      expect(await occurrences('still')).toEqual([]);
      expect(expressions('still')).toEqual([]);
    });

    it('change to a cron and back, each in place of the other', async () => {
      const [first, second] = [inMinutes(10), inMinutes(60)];
      await create('both', { command: 'true', schedule: { cron: '0 0 1 1 *' } });
      const once = await call('PUT', '/jobs/both/schedule', { at: written(first) });
      expect(once.body).toMatchObject({ schedule: { at: written(first) }, replaced: { cron: '0 0 1 1 *' } });
      expect(once.body.schedule).not.toHaveProperty('cron');
      expect(expressions('both')).toEqual([ruleAt(first)]);
      await api().minute(first);
      await later();
      expect(expressions('both')).toEqual([]);

      const daily = await call('PUT', '/jobs/both/schedule', { cron: '0 0 1 1 *' });
      expect(daily.body).toMatchObject({
        schedule: { cron: '0 0 1 1 *', driver: 'rules' },
        replaced: { at: written(first), timeZone: 'UTC' },
      });
      expect(daily.body.conditions).not.toContainEqual(expect.objectContaining({ type: 'Complete' }));
      expect(expressions('both')).toEqual(['cron(0 0 1 JAN ? *)']);
      await call('PUT', '/jobs/both/schedule', { at: written(second) });
      await api().minute(second);
      expect(await occurrences('both')).toEqual([rfc3339(second), rfc3339(first)]);
    });

    it('refuse a time that has passed, and leave nothing behind', async () => {
      const past = written(inMinutes(-1));
      const created = await call('POST', '/jobs', { name: 'past', app: 'billing', schedule: { at: past } });
      expect(created).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'schedule.at', message: expect.stringContaining('has passed: it is ') }] },
      });
      expect((await call('GET', '/jobs/past')).status).toBe(404);
      await create('kept', { schedule: { cron: '0 0 1 1 *' } });
      expect((await call('PUT', '/jobs/kept/schedule', { at: past })).body.errors).toMatchObject([
        { field: 'at' },
      ]);
      expect((await call('GET', '/jobs/kept')).body.schedule).toMatchObject({ cron: '0 0 1 1 *' });
      expect(expressions('past')).toEqual([]);
    });

    it('refuse a time that the zone skips, with the nearest; take the first of two', async () => {
      const year = api().now().getUTCFullYear() + 2;
      const [spring, autumn] = [lastSunday(year, 3), lastSunday(year, 10)];
      const timeZone = 'Europe/Berlin';
      const ask = (schedule: object) => call('POST', '/jobs', { name: 'zoned', app: 'billing', schedule });
      expect((await ask({ at: `${spring} 02:30`, timeZone })).body.errors).toEqual([
        {
          field: 'schedule.at',
          message: `${spring} 02:30 is skipped in Europe/Berlin, whose clocks go forward: write ${spring} 01:59 or ${spring} 03:00.`,
        },
      ]);
      const made = await ask({ at: `${autumn} 02:30`, timeZone });
      expect(made.body.schedule).toMatchObject({
        note: expect.stringContaining(`it runs the first time, at ${autumn} 00:30 UTC`),
        nextRuns: [`${autumn}T00:30:00Z`],
      });
      expect(expressions('zoned')).toEqual([ruleAt(new Date(`${autumn}T00:30:00Z`))]);
      // The zone of before stays where none is given.
      const kept = await call('PUT', '/jobs/zoned/schedule', { at: `${spring} 02:30` });
      expect(kept.body.errors).toMatchObject([
        { field: 'at', message: expect.stringContaining('is skipped') },
      ]);
    });

    it.each<[string, object, string, string]>([
      ['both', { at: '2199-01-01 00:00', cron: '@daily' }, 'schedule.at', 'not both'],
      ['neither', { timeZone: 'UTC' }, 'schedule.cron', 'Give cron, or at'],
      ['a year no rule can have', { at: '2200-01-01 00:00' }, 'schedule.at', 'from 1970 to 2199'],
      ['no date', { at: '2027-02-29 00:00' }, 'schedule.at', 'is no date and time'],
      ['an offset', { at: '2027-02-01T00:00+01:00' }, 'schedule.at', 'its zone in timeZone'],
    ])('refuse %s', async (_, schedule, field, says) => {
      const { status, body } = await call('POST', '/jobs', { name: 'odd', app: 'billing', schedule });
      expect({ status, errors: body.errors }).toEqual({
        status: 422,
        errors: [{ field, message: expect.stringContaining(says) }],
      });
    });

    it('by kubectl run too, or say that their time had passed', async () => {
      const [past, next] = [inMinutes(-10), inMinutes(10)];
      expect((await apply('late', { schedule: { at: written(past) } })).status).toBe(201);
      expect((await apply('soon', { command: 'true', schedule: { at: written(next) } })).status).toBe(201);
      expect((await apply('two', { schedule: { at: written(next), cron: '@daily' } })).status).toBe(422);
      await later();
      await later();
      expect(await conditionsOf('late')).toEqual(complete('Passed'));
      expect(await occurrences('late')).toEqual([]);
      expect(expressions('late')).toEqual([]);
      expect(expressions('soon')).toEqual([ruleAt(next)]);
      const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
      const table = (
        await api()
          .target.as('admin')
          .send('GET', objectPath('jobs', space(), 'soon'), { headers })
      ).body;
      expect(JSON.stringify(table)).toContain(`"${written(next)}","UTC"`);
      await api().minute(next);
      expect(await occurrences('soon')).toEqual([rfc3339(next)]);
    });

    it('of run-task go when their task is there, which belongs to the app and stays', async () => {
      const time = inMinutes(15);
      const body = {
        command: 'echo "$DAY $TASKBRIDGE_SCHEDULED_TIME"',
        env: [{ name: 'DAY', value: 'a "b" $c' }],
        timeout: '20m',
        at: written(time),
      };
      const key = { 'idempotency-key': 'year-end' };
      const ask = (task: object) =>
        api().call('POST', `/v1/spaces/${space()}/apps/billing/tasks/later`, task, key);
      const made = await ask(body);
      expect(made.status).toBe(201);
      const { name } = made.body;
      expect(made.headers.get('location')).toBe(`/v1/spaces/${space()}/jobs/${name}`);
      expect(name).toMatch(/^billing-at-[0-9a-f]{12}$/);
      expect(made.body.schedule).toMatchObject({
        at: written(time),
        driver: 'rules',
        nextRuns: [rfc3339(time)],
      });
      expect((await ask(body)).body.name).toBe(name);
      expect((await ask({ ...body, timeout: '1m' })).body.errors).toMatchObject([
        { field: 'Idempotency-Key' },
      ]);
      expect(expressions(name)).toEqual([ruleAt(time)]);

      await api().minute(time);
      await later();
      await gone(objectPath('jobs', space(), name));
      expect(expressions(name)).toEqual([]);
      const { body: tasks } = await call('GET', '/tasks?app=billing');
      const [task] = tasks.items.filter(
        (one: { scheduledTime?: string }) => one.scheduledTime === rfc3339(time),
      );
      expect(task).not.toHaveProperty('job');
      expect(task).toMatchObject({
        name: `billing-${task.id}`,
        overrides: { env: ['DAY'], timeout: '1200s' },
        requestedBy: 'schedule',
      });
      await api().until(space(), task.name, 'succeeded');
      expect((await call('GET', `/tasks/${task.name}/logs`)).body.log).toBe(`a "b" $c ${rfc3339(time)}\n`);
    });

    it('of run-task run after an outage too, and are cancelled by deleting the job', async () => {
      const time = inMinutes(10);
      const path = '/apps/billing/tasks/later';
      const kept = await call('POST', path, { command: 'true', at: written(time) });
      const cancelled = await call('POST', path, { command: 'true', at: written(time) });
      expect((await call('DELETE', `/jobs/${cancelled.body.name}`)).status).toBe(204);
      await later(90);
      await later();
      await gone(objectPath('jobs', space(), kept.body.name));
      const { body } = await call('GET', '/tasks?app=billing');
      const times = body.items.map(({ scheduledTime }: { scheduledTime?: string }) => scheduledTime);
      expect(times.filter((one: string) => one === rfc3339(time))).toHaveLength(1);
    });

    it('stay where run-task made them and somebody gave them another schedule', async () => {
      const { body } = await call('POST', '/apps/billing/tasks/later', {
        command: 'true',
        at: written(inMinutes(10)),
      });
      await call('PUT', `/jobs/${body.name}/schedule`, { cron: '0 0 1 1 *' });
      await later(20);
      expect((await call('GET', `/jobs/${body.name}`)).body.schedule).toMatchObject({ cron: '0 0 1 1 *' });
    });

    it.each<[string, object, string, string]>([
      ['arguments', { args: ['a'] }, 'args', 'into the command'],
      ['a process', { process: 'worker' }, 'process', 'into the command'],
      ['no time', { at: undefined }, 'at', 'Missing'],
      ['the past', { at: '2020-01-01 00:00' }, 'at', 'has passed'],
    ])('of run-task refuse %s', async (_, task, field, says) => {
      const answer = await call('POST', '/apps/billing/tasks/later', { at: '2199-01-01 00:00', ...task });
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ field, message: expect.stringContaining(says) }] },
      });
    });
  });
};
