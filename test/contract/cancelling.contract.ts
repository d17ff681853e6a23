import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { POD_MS, runsOf, succeeded } from '../support/runs.ts';
import type { Target } from './support/target.ts';
import { tektonOf } from './support/tekton.ts';

/** Pending, started and cancelled runs. */
export const cancelling = (target: () => Target) =>
  describe('cancelling', () => {
    let space = '';
    const admin = () => target().as('admin');
    const reader = () => target().as('reader');
    const runs = () => runsOf(reader(), space);
    const create = (order: Omit<Parameters<typeof pipelineRun>[0], 'image'>) =>
      admin().create(listPath('pipelineruns', space), pipelineRun({ image: target().image, ...order }));
    const cancel = (name: string) =>
      admin().mergePatch(objectPath('pipelineruns', space, name), { spec: { status: 'Cancelled' } });
    const taskRunsOf = async (name: string) => {
      const labelSelector = `tekton.dev/pipelineRun=${name}`;
      return (await reader().get(listPath('taskruns', space), { labelSelector })).body.items;
    };

    beforeAll(async () => {
      space = await target().openSpace();
      await Promise.all([
        create({ name: 'pending', status: 'PipelineRunPending', script: 'echo went on' }),
        create({ name: 'unwanted', status: 'PipelineRunPending' }),
        create({ name: 'running', script: 'echo up; exec sleep 600' }),
        create({ name: 'finished' }),
        create({ name: 'waiting', mounts: { '/secret': 'none' } }),
      ]);
    });

    it('a pending run waits and creates nothing', async () => {
      const condition = await eventually(async () => succeeded(await runs().pipelineRun('pending')), {
        what: 'a condition of the pending run',
      });
      expect(condition).toMatchObject({ status: 'Unknown', reason: 'PipelineRunPending' });
      expect((await runs().pipelineRun('pending')).status).not.toHaveProperty('startTime');
      expect(await taskRunsOf('pending')).toEqual([]);
    });

    it('a pending run starts when its status is removed', async () => {
      const patch = { spec: { status: null } };
      const started = await admin().mergePatch(objectPath('pipelineruns', space, 'pending'), patch);
      expect(started.status).toBe(200);
      expect(started.body.spec).not.toHaveProperty('status');
      expect(await runs().output('pending')).toBe('went on\n');
    });

    it('of a pending run ends it before it starts', async () => {
      expect((await cancel('unwanted')).status).toBe(200);
      expect(succeeded(await runs().ended('unwanted'))).toMatchObject({
        status: 'False',
        reason: 'Cancelled',
      });
      expect(await taskRunsOf('unwanted')).toEqual([]);
    });

    it('of a running run ends run and TaskRun at once, and then its pod', async () => {
      const pod = await runs().started('running');
      expect((await cancel('running')).body.spec).toMatchObject({ status: 'Cancelled' });
      expect(succeeded(await runs().ended('running'))).toMatchObject({
        status: 'False',
        reason: 'Cancelled',
        message: 'PipelineRun "running" was cancelled',
      });
      const taskRun = await runs().endedTaskRun('running');
      expect(succeeded(taskRun)).toMatchObject({ status: 'False', reason: 'TaskRunCancelled' });
      expect(taskRun.status.steps).toMatchObject([
        { terminated: { exitCode: 1, reason: 'TaskRunCancelled' } },
      ]);
      await eventually(
        async () => ((await reader().get(objectPath('pods', space, pod))).status === 404 ? true : undefined),
        { withinMs: POD_MS, what: 'the end of the pod' },
      );
      expect(await runs().log(pod)).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
    });

    it('of a run whose pod waits ends its TaskRun, which says why it waited', async () => {
      await eventually(
        async () => succeeded(await runs().taskRun('waiting'))?.reason === 'Pending' || undefined,
        {
          withinMs: POD_MS,
          what: 'the waiting pod',
        },
      );
      expect((await cancel('waiting')).status).toBe(200);
      const { reason, message } = succeeded(await runs().endedTaskRun('waiting')) ?? {};
      expect(reason).toBe('TaskRunCancelled');
      const { keepsPreviousStatus } = await tektonOf(target());
      expect(message?.split('\n')).toEqual([
        'TaskRun "waiting-task" was cancelled. TaskRun cancelled as the PipelineRun it belongs to has been cancelled.',
        ...(keepsPreviousStatus ? [expect.stringMatching(/^Previous status: \[Pending\] ./)] : []),
      ]);
    });

    it('a second time changes nothing', async () => {
      await runs().ended('running');
      expect((await cancel('running')).status).toBe(200);
    });

    it('of a finished run is refused', async () => {
      await runs().ended('finished');
      expect(await cancel('finished')).toMatchObject({
        status: 400,
        body: {
          message: expect.stringContaining('Once the PipelineRun is complete, no updates are allowed'),
        },
      });
    });

    // Before that the controller may be making the TaskRun and miss it: the run is Cancelled, and its command runs on.
    // On a real cluster 11 of 70 cancels within 50 ms of the create did that.
    it('as soon as the status names the TaskRun leaves nothing that runs', async () => {
      const names = Array.from({ length: 8 }, (_, index) => `hasty-${index}`);
      await Promise.all(
        names.map(async (name) => {
          await create({ name, script: 'exec sleep 600' });
          await runs().taskRun(name);
          await cancel(name);
          expect(succeeded(await runs().ended(name))).toMatchObject({ status: 'False', reason: 'Cancelled' });
          const taskRun = await runs().endedTaskRun(name);
          expect(succeeded(taskRun)).toMatchObject({ status: 'False', reason: 'TaskRunCancelled' });
        }),
      );
    });
  });
