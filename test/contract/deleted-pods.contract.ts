import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { POD_MS, runsOf, succeeded } from '../support/runs.ts';
import type { Target } from './support/target.ts';
import { type Tekton, tektonOf } from './support/tekton.ts';

/** Pods that somebody deletes while their command runs. */
export const deletedPods = (target: () => Target) =>
  describe('a pod that is deleted while its command runs', () => {
    let space = '';
    let tekton: Tekton;
    const admin = () => target().as('admin');
    const runs = () => runsOf(target().as('reader'), space);
    const podOf = async (name: string) =>
      (await admin().get(objectPath('pods', space, `${name}-task-pod`))).body.metadata;

    /** Whether the command of the pod runs: until then SIGTERM ends Tekton's entrypoint itself, with exit code 2. */
    const runsCommand = async (pod: string) => (await runs().log(pod)).text === 'begun\n';

    /** Deletes the pod, and each that Tekton makes in its place, until the TaskRun has ended. */
    const deleteUntilEnded = (name: string, query: Readonly<Record<string, number>> = {}) =>
      eventually(
        async () => {
          const taskRun = await runs().taskRun(name);
          if ((succeeded(taskRun)?.status ?? 'Unknown') !== 'Unknown') return taskRun;
          const pod = await podOf(name);
          if (pod?.deletionTimestamp === undefined && (await runsCommand(`${name}-task-pod`))) {
            await admin().delete(objectPath('pods', space, `${name}-task-pod`), query);
          }
          return undefined;
        },
        { withinMs: POD_MS, what: `the end of ${name}` },
      );

    beforeAll(async () => {
      tekton = await tektonOf(target());
      space = await target().openSpace();
      const orders = [
        { name: 'plain', script: 'echo begun; exec sleep 600' },
        { name: 'handling', script: 'trap "exit 3" TERM; echo begun; while :; do sleep 0.1; done' },
        { name: 'ignoring', script: 'trap "" TERM; echo begun; while :; do sleep 0.1; done' },
        { name: 'again', script: 'exec sleep 600' },
      ];
      const { image } = target();
      for (const order of orders) {
        await admin().create(listPath('pipelineruns', space), pipelineRun({ image, ...order }));
      }
    });

    // Nothing in the TaskRun tells these from commands that ended so by themselves.
    it.each([
      ['by SIGTERM has the exit code of any signal', 'plain', {}, 255],
      ['and handles SIGTERM has its own exit code', 'handling', {}, 3],
      ['and ignores SIGTERM is killed', 'ignoring', { gracePeriodSeconds: 1 }, 137],
    ])('%s', async (_, name, query, exitCode) => {
      const taskRun = await deleteUntilEnded(name, query);
      expect(taskRun.status.steps).toMatchObject([{ terminated: { exitCode, reason: 'Error' } }]);
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: tekton.reasons.stepFailed,
        message: `"step-main" exited with code ${exitCode}: Error`,
      });
    });

    it('without a grace period is made again, and the command runs a second time', async () => {
      await runs().started('again');
      const { uid } = await podOf('again');
      await admin().delete(objectPath('pods', space, 'again-task-pod'), { gracePeriodSeconds: 0 });
      await eventually(
        async () => {
          const next = (await podOf('again'))?.uid;
          return next !== undefined && next !== uid ? next : undefined;
        },
        { withinMs: POD_MS, what: 'another pod' },
      );
      await runs().started('again');
      expect(succeeded(await runs().taskRun('again'))).toMatchObject({ status: 'Unknown' });
    });
  });
