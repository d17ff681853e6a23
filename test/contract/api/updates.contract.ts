import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };

/** update-job: a job is changed, and its tasks stay. */
export const updates = (api: () => Api): void => {
  describe('changes of a job', () => {
    let space: string;
    const admin = () => api().target.as('admin');
    const call = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
      api().call(method, `/v1/spaces/${space}${path}`, body, headers);
    const create = (name: string, spec: object = {}) =>
      call('POST', '/jobs', { name, app: 'billing', ...spec });
    const update = (name: string, patch: object) => call('PATCH', `/jobs/${name}`, patch, MERGE_PATCH);
    const stored = async (name: string) => (await admin().get(objectPath('jobs', space, name))).body;

    async function runToEnd(job: string): Promise<{ name: string; log: string }> {
      const { body } = await call('POST', `/jobs/${job}/run`, {});
      await api().until(space, body.name, 'succeeded');
      return { name: body.name, log: (await call('GET', `/tasks/${body.name}/logs`)).body.log };
    }

    beforeAll(async () => {
      space = await api().target.openSpace();
      await api().push(space, 'billing', { env: [{ name: 'OF', value: 'billing' }] });
      await api().push(space, 'stock', { command: 'echo default', env: [{ name: 'OF', value: 'stock' }] });
    });

    it('hold for its next task, and leave its tasks and its schedule alone', async () => {
      const made = await create('report', {
        command: 'echo one; sleep 600',
        resources: { memory: '96M', cpu: '10m' },
        schedule: { cron: '30 6 1 1 *', timeZone: 'Asia/Seoul' },
        startingDeadlineSeconds: 7200,
      });
      const running = (await call('POST', '/jobs/report/run', {})).body.name;
      await api().until(space, running, 'running');

      const { status, body } = await update('report', {
        command: 'echo two',
        resources: { cpu: null, memory: '128M' },
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: null,
      });
      expect(status).toBe(200);
      const { startingDeadlineSeconds: _, ...kept } = made.body;
      const generation = made.body.generation + 1;
      const [ready] = made.body.conditions;
      expect(body).toEqual({
        ...kept,
        generation,
        conditions: [{ ...ready, observedGeneration: generation }],
        command: 'echo two',
        resources: { memory: '128Mi' },
        concurrencyPolicy: 'Forbid',
      });
      expect((await call('GET', '/jobs/report')).body).toEqual(body);

      expect((await call('GET', `/tasks/${running}`)).body).toMatchObject({ state: 'running' });
      const next = await runToEnd('report');
      expect(next.log).toBe('two\n');
      const history = await call('GET', '/jobs/report/tasks');
      expect(history.body.items.map(({ name }: { name: string }) => name)).toEqual([next.name, running]);
      await call('DELETE', '/jobs/report');
    });

    it('that change nothing write nothing', async () => {
      await create('same', { command: 'true', resources: { memory: '1G' } });
      await update('same', { concurrencyPolicy: 'Replace' });
      const { metadata } = await stored('same');
      for (const patch of [
        { command: 'true' },
        { resources: { memory: '1024M', disk: null } },
        { app: 'billing', concurrencyPolicy: 'Replace', startingDeadlineSeconds: null },
      ])
        expect((await update('same', patch)).status).toBe(200);
      expect((await stored('same')).metadata).toEqual(metadata);
    });

    it('are taken as plain JSON too', async () => {
      await create('plain', { command: 'true' });
      const { status, body } = await call('PATCH', '/jobs/plain', { command: null });
      expect([status, body.command]).toEqual([200, undefined]);
      // The app has no command either.
      expect(body.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'NoCommand' }]);
    });

    it('move it to another app with its history, and the app owns it from then on', async () => {
      await create('moving', { command: 'echo "$OF"' });
      const first = await runToEnd('moving');
      const { status, body } = await update('moving', { app: 'stock' });
      expect([status, body.app]).toEqual([200, 'stock']);
      const stock = (await admin().get(objectPath('apps', space, 'stock'))).body;
      expect((await stored('moving')).metadata.ownerReferences).toMatchObject([
        { kind: 'App', name: 'stock', uid: stock.metadata.uid, controller: true },
      ]);
      const second = await runToEnd('moving');
      expect([first.log, second.log]).toEqual(['billing\n', 'stock\n']);
      const history = await call('GET', '/jobs/moving/tasks');
      expect(history.body.items).toMatchObject([
        { name: second.name, app: 'stock' },
        { name: first.name, app: 'billing' },
      ]);
    });

    it('adopt no job that has no owner', async () => {
      const job = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'Job', metadata: { name: 'by-kubectl' } };
      await admin().create(listPath('jobs', space), { ...job, spec: { app: 'billing', command: 'true' } });
      expect((await update('by-kubectl', { app: 'stock' })).status).toBe(200);
      const { metadata, spec } = await stored('by-kubectl');
      expect([metadata.ownerReferences, spec.app]).toEqual([undefined, 'stock']);
    });

    it('of the same moment are all there', async () => {
      await create('contended', { command: 'true' });
      const answers = await Promise.all([
        update('contended', { command: 'echo new' }),
        update('contended', { resources: { memory: '64M' } }),
        update('contended', { resources: { cpu: '20m' } }),
        update('contended', { startingDeadlineSeconds: 60 }),
        update('contended', { app: 'stock' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect((await call('GET', '/jobs/contended')).body).toMatchObject({
        ...{ app: 'stock', command: 'echo new', startingDeadlineSeconds: 60 },
        resources: { memory: '64Mi', cpu: '20m' },
      });
    });
  });
};
