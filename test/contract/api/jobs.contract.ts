import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

const YEARLY = { cron: '30 6 1 1 *', timeZone: 'UTC' };

type Named = { readonly name: string };
const namesOf = (items: readonly Named[]): string[] => items.map(({ name }) => name);

/** Jobs: made, run when asked, deleted with all that is theirs. */
export const jobs = (api: () => Api): void => {
  describe('jobs', () => {
    let space: string;
    const call = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
      api().call(method, `/v1/spaces/${space}${path}`, body, headers);
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

    it('are read as they were made, and run a command of their own', async () => {
      const made = await create('report', {
        command: 'echo report',
        resources: { memory: '96M' },
        schedule: YEARLY,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 7200,
      });
      expect(made.status).toBe(201);
      expect(made.headers.get('location')).toBe(`/v1/spaces/${space}/jobs/report`);
      expect(made.body).toMatchObject({
        space,
        name: 'report',
        app: 'billing',
        resources: { memory: '96Mi' },
        schedule: {
          ...YEARLY,
          description: 'At 06:30, on day 1 of the month, only in January',
          driver: 'rules',
        },
        concurrencyPolicy: 'Forbid',
        suspend: false,
        startingDeadlineSeconds: 7200,
        conditions: [{ type: 'Ready', status: 'True', reason: 'Scheduled' }],
      });
      expect(made.body.schedule.nextRuns).toHaveLength(3);
      expect((await call('GET', '/jobs/report')).body).toEqual(made.body);
      expect(expressions('report')).toEqual(['cron(30 6 1 JAN ? *)']);
    });

    it('are listed with their newest outcomes', async () => {
      await create('well', { command: 'true' });
      await create('badly', { command: 'exit 3' });
      for (const job of ['well', 'badly']) {
        const { body } = await call('POST', `/jobs/${job}/run`, {});
        await api().until(space, body.name, 'succeeded', 'failed');
      }
      const { body } = await call('GET', '/jobs?outcomes=5');
      const states = body.items.map(({ name, outcomes }: { name: string; outcomes: { state: string }[] }) => [
        name,
        outcomes.map(({ state }) => state),
      ]);
      expect(Object.fromEntries(states)).toMatchObject({
        well: ['succeeded'],
        badly: ['failed'],
        report: [],
      });
    });

    it('are owned by their app', async () => {
      await create('owned');
      const admin = api().target.as('admin');
      const { body: app } = await admin.get(objectPath('apps', space, 'billing'));
      const { body: job } = await admin.get(objectPath('jobs', space, 'owned'));
      expect(job.metadata).toMatchObject({ ownerReferences: [{ kind: 'App', uid: app.metadata.uid }] });
    });

    it('run on request, with the given values in place of their own', async () => {
      await create('asked', { command: 'echo own; echo "$MEMORY_LIMIT"', resources: { memory: '96M' } });
      const run = async (order: object) => {
        const { status, body } = await call('POST', '/jobs/asked/run', order);
        expect([status, body.job, body.app]).toEqual([201, 'asked', 'billing']);
        await api().until(space, body.name, 'succeeded');
        return { name: body.name, log: (await call('GET', `/tasks/${body.name}/logs`)).body.log };
      };
      const first = await run({});
      const second = await run({ command: 'echo other; echo "$MEMORY_LIMIT"', name: 'second' });
      const third = await run({ resources: { memory: '128M' } });
      expect([first.log, second.log, third.log]).toEqual(['own\n96M\n', 'other\n96M\n', 'own\n128M\n']);

      const history = await call('GET', '/jobs/asked/tasks');
      expect(namesOf(history.body.items)).toEqual([third.name, second.name, first.name]);
      expect(history.body.items[1]).toMatchObject({ displayName: 'second', state: 'succeeded', exitCode: 0 });
      expect((await call('GET', '/jobs/asked/tasks?state=failed')).body.items).toEqual([]);
      const part = await call('GET', '/jobs/asked/tasks?limit=2');
      const rest = await call(
        'GET',
        `/jobs/asked/tasks?limit=2&cursor=${encodeURIComponent(part.body.cursor)}`,
      );
      expect(namesOf(rest.body.items)).toEqual([first.name]);
    });

    it('requested twice with one Idempotency-Key run once', async () => {
      await create('once', { command: 'true' });
      const ask = (order: object) => call('POST', '/jobs/once/run', order, { 'Idempotency-Key': 'order-1' });
      const [first, second] = [await ask({}), await ask({})];
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body.name).toBe(first.body.name);
      const other = await ask({ command: 'false' });
      expect(other.status).toBe(422);
      expect(other.body.errors).toMatchObject([{ field: 'Idempotency-Key' }]);
    });

    it('are deleted with their rules and their tasks, running ones too', async () => {
      const admin = api().target.as('admin');
      await create('leaving', { command: 'sleep 600', schedule: YEARLY });
      const task = await call('POST', '/jobs/leaving/run', {});
      await api().until(space, task.body.name, 'running');
      expect((await call('DELETE', '/jobs/leaving')).status).toBe(204);
      expect(expressions('leaving')).toEqual([]);
      for (const path of [
        objectPath('jobs', space, 'leaving'),
        objectPath('pipelineruns', space, task.body.name),
        objectPath('pods', space, `${task.body.name}-task-pod`),
      ]) {
        await eventually(async () => ((await admin.get(path)).status === 404 ? true : undefined), {
          what: `the end of ${path}`,
        });
      }
      expect((await call('DELETE', '/jobs/leaving')).status).toBe(404);
    });

    it('that kubectl made invalid are listed with their problems, and run nothing', async () => {
      const admin = api().target.as('admin');
      const job = {
        apiVersion: 'taskbridge.dev/v1alpha1',
        kind: 'Job',
        metadata: { name: 'odd' },
        spec: { app: 'billing', schedule: { cron: '0 22-2 * * *' } },
      };
      expect((await admin.create(listPath('jobs', space), job)).status).toBe(201);
      const { body } = await call('GET', '/jobs/odd');
      expect(body.problems).toMatchObject([
        { message: expect.stringContaining('hour "22-2" is a reversed range') },
      ]);
      const listed = await call('GET', '/jobs?limit=500');
      expect(namesOf(listed.body.items)).toContain('odd');
      expect((await call('POST', '/jobs/odd/run', {})).status).toBe(409);
      expect((await call('PUT', '/jobs/odd/schedule', { cron: '@yearly' })).body).toMatchObject({
        schedule: { cron: '@yearly', driver: 'rules' },
      });
    });
  });
};
