import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from '../../lib/apps/app.ts';
import type { Apps } from '../../lib/apps/apps.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { kubernetesJobs } from '../../lib/jobs/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import type { PrunePorts } from '../../lib/tasks/prune.ts';
import { prune } from '../../lib/tasks/prune.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import { startDeletionsProxy } from '../support/deletions-proxy.ts';
import { type DeployedFunction, deployedFunction } from '../support/deployed-function.ts';
import type { Forwarder } from '../support/forwarder.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { type MixedRun, mixedRuns, mustStay } from '../support/mixed-runs.ts';
import { createPastRuns, withoutWebhooks } from '../support/past-runs.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import type { Target } from './support/target.ts';

const HOUR_MS = 3_600_000;

/** Deletions after which the function is killed, one more each time. */
const KILLS = 20;
const SETUP_MS = 180_000;

/**
 * 620 runs of mixed states; on the real cluster too no pod is made for them. No reconcile may be at work on the cluster
 * meanwhile: it would publish the ends of unreported runs.
 */
export const pruning = (target: () => Target) =>
  describe('the pruning', () => {
    const keeper = () => {
      const { url, ca, token } = target();
      return createClient({ endpoint: url, tls: { ca }, token: async () => token('keeper') });
    };
    let now: Date;

    const push = async () => {
      const space = await target().openSpace();
      await withoutWebhooks(target().as('admin'), space);
      const { app } = await kubernetesApps(keeper()).put(
        space,
        'billing',
        { image: target().image },
        'nonce',
      );
      const jobs = kubernetesJobs(keeper());
      const make = (name: string) =>
        jobs.create(
          app,
          name,
          { app: 'billing', command: 'true', concurrencyPolicy: 'Always', suspend: false },
          name,
        );
      return { app, jobs: { nightly: await make('nightly'), rare: await make('rare') } };
    };

    const fill = async (): Promise<{ app: App; rows: readonly MixedRun[] }> => {
      const { app, jobs } = await push();
      const newest = new Date();
      const rows = mixedRuns(app, jobs, newest);
      await createPastRuns(target().as('admin'), rows);
      for (const { kind, id } of rows) {
        if (kind !== 'held') continue;
        await target()
          .as('admin')
          .delete(objectPath('pipelineruns', app.space, `billing-${id}`));
      }
      now = new Date(newest.getTime() + HOUR_MS);
      return { app, rows };
    };

    const left = async (space: string): Promise<readonly string[]> => {
      const { body } = await target().as('admin').get(listPath('pipelineruns', space));
      return body.items.map(({ metadata }) => metadata.labels['taskbridge.dev/task-id'] ?? metadata.name);
    };

    /** Lets go of what the test holds, so that the space can be removed. */
    const deleteAll = async ({ app, rows }: Awaited<ReturnType<typeof fill>>): Promise<void> => {
      for (const { kind, id } of rows) {
        const path = objectPath('pipelineruns', app.space, `billing-${id}`);
        if (kind === 'held')
          await target()
            .as('admin')
            .mergePatch(path, { metadata: { finalizers: [] } });
      }
    };

    describe('of an app with 620 tasks of all kinds', () => {
      let filled: Awaited<ReturnType<typeof fill>>;

      const ports = (): PrunePorts => {
        const apps = kubernetesApps(keeper());
        return {
          ...memoryPorts(),
          apps: { ...apps, all: () => only(filled.app.space, apps.all()) },
          runs: kubernetesRuns(keeper()),
          now: () => now,
        };
      };

      beforeAll(async () => {
        filled = await fill();
        const labels = { 'app.kubernetes.io/managed-by': 'taskbridge', 'taskbridge.dev/app': 'billing' };
        const annotations = { [ANNOTATION.requestedAt]: '2020-01-01T00:00:00.000Z' };
        const foreign = pipelineRun({
          name: 'foreign',
          image: target().image,
          labels: { ...labels, 'taskbridge.dev/reported': 'true' },
          annotations,
        });
        await target().as('admin').create(listPath('pipelineruns', filled.app.space), foreign);
      }, SETUP_MS);

      afterAll(() => deleteAll(filled), SETUP_MS);

      it('leaves exactly those that must stay', async () => {
        const { app, rows } = filled;
        const stays = mustStay(rows);
        const until = new Date(now.getTime() + HOUR_MS);
        expect(await prune(ports(), { until })).toEqual({ deleted: rows.length - stays.length });
        expect((await left(app.space)).toSorted()).toEqual([...stays, 'foreign'].toSorted());
        expect(await prune(ports(), { until })).toEqual({});
      });
    });

    describe('by a function that is killed after each of the first 20 deletions', () => {
      let filled: Awaited<ReturnType<typeof fill>>;
      let proxy: Forwarder;
      let deployed: DeployedFunction;
      let kill = (): void => undefined;

      beforeAll(async () => {
        filled = await fill();
        proxy = await startDeletionsProxy(target(), () => kill());
        deployed = await deployedFunction('prune', {
          endpoint: proxy.url,
          token: async (identity) => target().token(identity),
        });
      }, SETUP_MS);

      afterAll(async () => {
        await deleteAll(filled);
        await deployed?.remove();
        await proxy?.stop();
      }, SETUP_MS);

      it('leaves exactly those that must stay, too', async () => {
        const { app, rows } = filled;
        const stays = mustStay(rows);
        let before = await left(app.space);
        for (let killed = 0; killed < KILLS; killed += 1) {
          const { child, ended } = deployed.call(HOUR_MS);
          kill = () => child.kill('SIGKILL');
          const { signal, output } = await ended;
          expect({ signal, output }).toMatchObject({ signal: 'SIGKILL' });
          const after = await left(app.space);
          expect(stays.filter((id) => !after.includes(id))).toEqual([]);
          expect(after.length).toBeLessThan(before.length);
          before = after;
        }
        kill = () => undefined;
        const { code, output } = await deployed.call(HOUR_MS).ended;
        expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('"message":"prune"') });
        expect((await left(app.space)).toSorted()).toEqual(stays.toSorted());
      });
    });
  });

async function* only(space: string, parts: ReturnType<Apps['all']>): ReturnType<Apps['all']> {
  for await (const part of parts) yield part.filter((app) => app.space === space);
}
