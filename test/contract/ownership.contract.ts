import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/cluster-api.ts';
import { app, job } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath, type Plural } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import type { Target } from './support/target.ts';

/**
 * Longest wait for the garbage collector. It is a second, but one that has just learnt of a resource definition
 * looks for new ones every 30 seconds; the pod of a running task has as long again to stop.
 */
const COLLECTED_MS = 200_000;

const owner = (kind: string, { name, uid }: { readonly name: string; readonly uid: string }) => ({
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind,
  name,
  uid,
  controller: true,
});

/** Deletion follows owner references, in the background. */
export const ownership = (target: () => Target) =>
  describe('ownership', () => {
    let space = '';
    const keeper = () => target().as('keeper');
    const reader = () => target().as('reader');

    beforeAll(async () => {
      space = await target().openSpace();
    });

    const created = (answer: Answer) => {
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return answer.body;
    };

    const pushApp = async (name: string) =>
      owner('App', created(await keeper().create(listPath('apps', space), app(name))).metadata);

    /** A job of this app, which owns it, as the functions make it. */
    const makeJob = async (name: string, ofApp: ReturnType<typeof owner>) => {
      const order = job(name, { app: ofApp.name }, { ownerReferences: [ofApp] });
      return owner('Job', created(await keeper().create(listPath('jobs', space), order)).metadata);
    };

    const run = async (
      name: string,
      ownerReferences: readonly object[],
      more: { status?: string; script?: string },
    ) => {
      const order = pipelineRun({ name, ownerReferences, image: target().image, ...more });
      created(await target().as('admin').create(listPath('pipelineruns', space), order));
    };

    const gone = (plural: Plural, name: string) =>
      eventually(
        async () => ((await reader().get(objectPath(plural, space, name))).status === 404 ? true : undefined),
        { withinMs: COLLECTED_MS, what: `the end of ${plural} ${name}` },
      );

    it('takes a running task with its app: PipelineRun, TaskRun and Pod', async () => {
      const billing = await pushApp('billing');
      await run('billing-run', [billing], { script: 'exec sleep 600' });
      const pod = await runsOf(reader(), space).started('billing-run');
      const { metadata } = await runsOf(reader(), space).taskRun('billing-run');
      await run('bystander', [], { status: 'PipelineRunPending' });

      const { status } = await keeper().delete(objectPath('apps', space, 'billing'), {
        propagationPolicy: 'Background',
      });
      expect(status).toBe(200);
      await Promise.all([
        gone('pipelineruns', 'billing-run'),
        gone('taskruns', metadata.name),
        gone('pods', pod),
      ]);
      expect((await reader().get(objectPath('pipelineruns', space, 'bystander'))).status).toBe(200);
    });

    it('takes a job and its runs with the app', async () => {
      const stock = await pushApp('stock');
      const nightly = await makeJob('nightly', stock);
      await run('nightly-1', [nightly], { status: 'PipelineRunPending' });
      await keeper().delete(objectPath('apps', space, 'stock'));
      await Promise.all([gone('jobs', 'nightly'), gone('pipelineruns', 'nightly-1')]);
    });

    it('takes a running task with its job, and with the app of its job', async () => {
      const orders = await pushApp('orders');
      const [hourly, daily] = [await makeJob('hourly', orders), await makeJob('daily', orders)];
      const script = 'exec sleep 600';
      await Promise.all([run('hourly-1', [hourly], { script }), run('daily-1', [daily], { script })]);
      const runs = runsOf(reader(), space);
      const pods = await Promise.all([runs.started('hourly-1'), runs.started('daily-1')]);
      await keeper().delete(objectPath('jobs', space, 'hourly'), { propagationPolicy: 'Background' });
      await Promise.all([gone('pipelineruns', 'hourly-1'), gone('pods', pods[0])]);
      expect((await reader().get(objectPath('jobs', space, 'daily'))).status).toBe(200);
      await keeper().delete(objectPath('apps', space, 'orders'), { propagationPolicy: 'Background' });
      await Promise.all([gone('jobs', 'daily'), gone('pipelineruns', 'daily-1'), gone('pods', pods[1])]);
    });

    it('takes an object whose owner was never there', async () => {
      const nobody = owner('App', { name: 'nobody', uid: '00000000-0000-4000-8000-000000000000' });
      await run('orphan', [nobody], { status: 'PipelineRunPending' });
      await makeJob('orphaned', nobody);
      await Promise.all([gone('pipelineruns', 'orphan'), gone('jobs', 'orphaned')]);
    });

    it('takes an object of an app that was deleted and pushed again', async () => {
      const old = await pushApp('again');
      await keeper().delete(objectPath('apps', space, 'again'));
      const current = await pushApp('again');
      await run('of-old', [old], { status: 'PipelineRunPending' });
      await run('of-current', [current], { status: 'PipelineRunPending' });
      await gone('pipelineruns', 'of-old');
      expect((await reader().get(objectPath('pipelineruns', space, 'of-current'))).status).toBe(200);
    });
  });
