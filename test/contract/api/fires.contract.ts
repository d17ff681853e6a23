import { DeleteRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { MINUTE_MS, ownApi } from '../support/own-api.ts';

/** Fires: EventBridge's rules wake jobs at their minutes, and the reconcile makes good what they do not. */
export const fires = (outer: () => Api): void => {
  describe('fires', () => {
    const { api, space, eventBridge, call, create, history, gone, later } = ownApi(outer, {
      command: 'echo "$TASKBRIDGE_SCHEDULED_TIME"',
    });
    const occurrences = async (job: string) => (await history(job)).map(({ scheduledTime }) => scheduledTime);
    /** Runs the minute at which the job is due next, and says which it was. */
    const nextMinute = async (job: string): Promise<string> => {
      const [next = ''] = (await call('GET', `/jobs/${job}`)).body.schedule.nextRuns;
      await api().minute(new Date(next));
      return next;
    };

    it('run a job at its minute, which is in the name and the environment of the task', async () => {
      await create('ticking', { schedule: { cron: '*/10 * * * *' } });
      const due = await nextMinute('ticking');
      const [task, ...more] = await history('ticking');
      expect(more).toEqual([]);
      expect(task).toMatchObject({
        name: `ticking-${Date.parse(due) / MINUTE_MS}`,
        scheduledTime: due,
        job: 'ticking',
      });
      await api().until(space(), task?.name ?? '', 'succeeded');
      expect((await call('GET', `/tasks/${task?.name}/logs`)).body.log).toBe(`${due}\n`);
      await later();
      expect((await call('GET', '/jobs/ticking')).body).toMatchObject({
        lastScheduleTime: due,
        lastSuccessfulTime: expect.any(String),
        conditions: expect.arrayContaining([expect.objectContaining({ type: 'OnTime', status: 'True' })]),
      });
    });

    it('of two rules of one job in one minute run it once', async () => {
      await create('doubled', { command: 'true', schedule: { cron: '*/10 * 1-30 * sun-fri' } });
      expect(api().rules(space(), 'doubled')).toHaveLength(2);
      const due = await nextMinute('doubled');
      expect(await occurrences('doubled')).toEqual([due]);
    });

    it('after an outage of an hour run the newest occurrence, once', async () => {
      await create('missed', { command: 'true', schedule: { cron: '*/10 * * * *' } });
      const first = await nextMinute('missed');
      // An hour in which nothing ran, neither rules nor the reconcile.
      await later(65);
      const newest = new Date(Date.parse(first) + 60 * MINUTE_MS).toISOString().replace('.000', '');
      expect(await occurrences('missed')).toEqual([newest, first]);
      await later();
      expect(await occurrences('missed')).toEqual([newest, first]);
    });

    it('do not run later what was due while a job was suspended', async () => {
      await create('resumed', { command: 'true', schedule: { cron: '*/10 * * * *' } });
      await call('PUT', '/jobs/resumed/suspended');
      await later(25);
      await call('DELETE', '/jobs/resumed/suspended');
      const due = await nextMinute('resumed');
      expect(await occurrences('resumed')).toEqual([due]);
    });

    it('wait under Forbid until the task before has ended', async () => {
      await create('forbidding', {
        command: 'sleep 600',
        schedule: { cron: '*/10 * * * *' },
        concurrencyPolicy: 'Forbid',
      });
      const first = await nextMinute('forbidding');
      const second = await nextMinute('forbidding');
      expect(await occurrences('forbidding')).toEqual([first]);
      const { body } = await call('GET', '/jobs/forbidding');
      expect(body.conditions).toContainEqual(
        expect.objectContaining({ type: 'OnTime', status: 'False', reason: 'Waiting' }),
      );

      const [task] = await history('forbidding');
      await api().until(space(), task?.name ?? '', 'running');
      await call('POST', `/tasks/${task?.name}/terminate`);
      await api().until(space(), task?.name ?? '', 'cancelled');
      await later(2);
      expect(await occurrences('forbidding')).toEqual([second, first]);
      await call('DELETE', '/jobs/forbidding');
    });

    it('cancel under Replace the task before, and run when it has stopped', async () => {
      await create('replacing', {
        command: 'trap "exit 1" TERM; sleep 600 & wait',
        schedule: { cron: '*/10 * * * *' },
        concurrencyPolicy: 'Replace',
      });
      const first = await nextMinute('replacing');
      const [old] = await history('replacing');
      await api().until(space(), old?.name ?? '', 'running');
      const second = await nextMinute('replacing');
      await gone(objectPath('pods', space(), `${old?.name}-task-pod`));
      // Where its pod took longer than the fire waits, the reconcile goes on.
      await later(2);
      expect(await occurrences('replacing')).toEqual([second, first]);
      expect((await call('GET', `/tasks/${old?.name}`)).body).toMatchObject({
        state: 'cancelled',
        reason: 'Replaced',
      });
      await call('DELETE', '/jobs/replacing');
    });

    it('restore a rule that was deleted by hand', async () => {
      await create('repaired', { command: 'true', schedule: { cron: '0 0 1 1 *' } });
      const rules = api().rules(space(), 'repaired');
      for (const { name } of rules) {
        await eventBridge().send(new RemoveTargetsCommand({ Rule: name, Ids: ['fire'] }));
        await eventBridge().send(new DeleteRuleCommand({ Name: name }));
      }
      expect(api().rules(space(), 'repaired')).toEqual([]);
      await later();
      expect(api().rules(space(), 'repaired')).toEqual(rules);
    });

    it('stop for a job that was deleted with its app', async () => {
      await api().push(space(), 'leaving', { command: 'true' });
      await create('left', { app: 'leaving', schedule: { cron: '* * * * *' } });
      expect((await call('DELETE', '/apps/leaving')).status).toBe(204);
      await gone(objectPath('jobs', space(), 'left'));
      await later();
      expect(api().rules(space(), 'left')).toEqual([]);
    });
  });
};
