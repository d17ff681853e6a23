import { beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import type { Runs } from '../../lib/tasks/runs.ts';
import { job } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const NOW = new Date('2026-11-24T21:00:00.250Z');

/** Lists and deletions of runs through the repository; all runs are queued. */
export const listedRuns = (target: () => Target) =>
  describe('runs', () => {
    let app: App;
    let runner: Runs;
    let keeper: Runs;
    let many: { readonly name: string; readonly uid: string };
    const nameOf = (id: string) => `billing-${id}`;
    const get = (id: string) => keeper.get(app.space, nameOf(id));
    const create = (id: string, owner?: { readonly name: string; readonly uid: string }) =>
      runner.create(
        toPipelineRun({
          app,
          job: owner,
          id,
          command: 'true',
          queued: true,
          requestedBy: 'ada',
          requestedAt: NOW,
          nonce: id,
        }),
      );

    beforeAll(async () => {
      const space = await target().openSpace();
      const { url, ca, token } = target();
      const connection = (identity: 'runner' | 'keeper') =>
        createClient({ endpoint: url, tls: { ca }, token: async () => token(identity) });
      ({ app } = await kubernetesApps(connection('keeper')).put(
        space,
        'billing',
        { image: target().image },
        'nonce',
      ));
      runner = kubernetesRuns(connection('runner'));
      keeper = kubernetesRuns(connection('keeper'));
      const { body } = await target().as('keeper').create(listPath('jobs', space), job('many'));
      many = { name: 'many', uid: body.metadata.uid };
      for (const id of ['many1', 'many2', 'many3']) await create(id, many);
    });

    describe('that are deleted', () => {
      it('are deleted once, and never another run of the same name', async () => {
        await create('expired');
        const { uid } = await get('expired');
        const run = { space: app.space, name: nameOf('expired'), uid };
        expect(await keeper.delete({ ...run, uid: '00000000-0000-4000-8000-000000000000' })).toBe('gone');
        expect((await get('expired')).uid).toBe(uid);
        expect(await keeper.delete(run)).toBe('deleted');
        expect(await keeper.delete(run)).toBe('gone');
        await expect(get('expired')).rejects.toMatchObject({ kind: 'notFound' });
      });

      it('and queued by others are distinguished', async () => {
        await create('held');
        const path = objectPath('pipelineruns', app.space, nameOf('held'));
        const hold = (finalizers: readonly string[]) =>
          target().as('admin').mergePatch(path, { metadata: { finalizers } });
        await hold(['contract.example/hold']);
        expect((await get('held')).deleting).toBe(false);
        const { uid } = await get('held');
        expect(await keeper.delete({ space: app.space, name: nameOf('held'), uid })).toBe('deleted');
        const { items } = await keeper.list(app.space, { app: app.name }, { limit: 100 });
        expect(items).toContainEqual(expect.objectContaining({ name: nameOf('held'), deleting: true }));
        await hold([]);
      });
    });

    describe('that are listed', () => {
      it('are as many as they are', async () => {
        const countExceeds = (count: number) => keeper.countExceeds(app.space, { job: 'many' }, count);
        expect(await Promise.all([1, 2, 3, 4].map(countExceeds))).toEqual([true, true, false, false]);
        expect(await keeper.countExceeds(app.space, { job: 'none' }, 0)).toBe(false);
      });

      it('are the same as at first, page by page', async () => {
        const list = (after?: string) => keeper.list(app.space, { job: 'many' }, { limit: 2, after });
        const first = await list();
        await create('early', many);
        const again = await list(first.here);
        expect(again.items.map(({ name }) => name)).toEqual(first.items.map(({ name }) => name));
        expect((await list(again.next)).items).toHaveLength(1);
        expect((await list()).items.map(({ name }) => name)).toContain('many-early');
      });
    });
  });
