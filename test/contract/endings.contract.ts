import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf, succeeded } from '../support/runs.ts';
import type { Target } from './support/target.ts';
import { type Tekton, tektonOf } from './support/tekton.ts';

/** A PipelineRun's name of which neither the TaskRun's nor the Pod's can be made by appending. */
const LONG = 'a-name-of-sixty-characters-is-more-than-tekton-can-append-to';

const PIPELINE = 'tekton.dev/pipeline';

/** Ends of runs and their reasons in status. The runs start together; each test waits for its own. */
export const endings = (target: () => Target) =>
  describe('ends of PipelineRuns', () => {
    let space = '';
    let tekton: Tekton;
    const runs = () => runsOf(target().as('reader'), space);

    beforeAll(async () => {
      tekton = await tektonOf(target());
      space = await target().openSpace();
      const { image } = target();
      const labels = { 'taskbridge.dev/app': 'billing' };
      const orders = [
        { name: 'fine', labels, script: 'echo done' },
        { name: 'seven', script: 'echo failing >&2; exit 7' },
        { name: 'not-in-shell', script: 'no-such-command' },
        { name: 'not-a-program', command: ['/no/such/program'] },
        // The kubelet makes $$ of it, and the shell its own process.
        { name: 'killed', script: 'kill -9 $$$$' },
        { name: 'killed-in-shell', script: "sh -c 'kill -9 $$$$'; exit $?" },
        { name: 'too-long', script: 'sleep 600', timeout: '4s' },
        { name: 'too-long-waiting', mounts: { '/secret': 'none' }, timeout: '4s' },
        { generateName: 'of-a-kind-', labels: { kind: 'generated' } },
        { name: LONG, script: 'echo done' },
      ];
      const created = await Promise.all(
        orders.map((order) =>
          target()
            .as('admin')
            .create(listPath('pipelineruns', space), pipelineRun({ image, ...order })),
        ),
      );
      expect(created.map(({ status }) => status)).toEqual(orders.map(() => 201));
    });

    it('exit 0 is Succeeded, on the run and its TaskRun', async () => {
      const run = await runs().ended('fine');
      expect(succeeded(run)).toMatchObject({ status: 'True', reason: 'Succeeded' });
      expect(run.status).toMatchObject({
        startTime: expect.any(String),
        completionTime: expect.any(String),
        childReferences: [{ apiVersion: 'tekton.dev/v1', kind: 'TaskRun', pipelineTaskName: 'task' }],
      });
      const taskRun = await runs().endedTaskRun('fine');
      expect(succeeded(taskRun)).toMatchObject({ status: 'True', reason: 'Succeeded' });
      expect(taskRun.status.steps).toMatchObject([
        {
          name: 'main',
          container: 'step-main',
          terminated: {
            exitCode: 0,
            reason: 'Completed',
            startedAt: expect.any(String),
            finishedAt: expect.any(String),
          },
        },
      ]);
    });

    it('labels of the run reach its TaskRun, which says whose it is', async () => {
      const { metadata } = await runs().taskRun('fine');
      expect(metadata).toMatchObject({
        labels: { 'taskbridge.dev/app': 'billing', 'tekton.dev/pipelineRun': 'fine' },
        ownerReferences: [{ kind: 'PipelineRun', name: 'fine', controller: true }],
      });
    });

    it('no timeout is 0s on the TaskRun', async () => {
      expect((await runs().taskRun('fine')).spec).toMatchObject({ timeout: '0s' });
    });

    it.each([
      ['exit 7', 'seven', 7],
      ['a command that the shell does not find', 'not-in-shell', 127],
      // Tekton's entrypoint has no exit code of a process that a signal ended: it is -1, as a byte. A shell says 137.
      ['SIGKILL of the program itself', 'killed', 255],
      ['SIGKILL of a command in the shell', 'killed-in-shell', 137],
    ])('%s is Failed with the exit code on the TaskRun alone', async (_, name, exitCode) => {
      expect(succeeded(await runs().ended(name))).toMatchObject({
        status: 'False',
        reason: 'Failed',
        message: 'Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 0',
      });
      const taskRun = await runs().endedTaskRun(name);
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: tekton.reasons.stepFailed,
        message: expect.stringContaining(`"step-main" exited with code ${exitCode}`),
      });
      expect(taskRun.status.steps).toMatchObject([{ terminated: { exitCode, reason: 'Error' } }]);
    });

    it('a program that is not there is Failed', async () => {
      const taskRun = await runs().endedTaskRun('not-a-program');
      expect(succeeded(taskRun)).toMatchObject({ status: 'False', reason: tekton.reasons.stepFailed });
      expect(taskRun.status.steps).toMatchObject([{ terminated: { exitCode: 1 } }]);
    });

    it('a timeout is TaskRunTimeout on the TaskRun and Failed on the run', async () => {
      expect(succeeded(await runs().ended('too-long'))).toMatchObject({ status: 'False', reason: 'Failed' });
      const taskRun = await runs().endedTaskRun('too-long');
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: 'TaskRunTimeout',
        // A second line follows where a busy node had not started it by then.
        message: expect.stringMatching(/^TaskRun ".+" failed to finish within "4s"$/m),
      });
      expect(taskRun.spec).toMatchObject({ timeout: '4s' });
    });

    it('a timeout while the pod waits is TaskRunTimeout, with the reason why it waited', async () => {
      const { reason, message } = succeeded(await runs().endedTaskRun('too-long-waiting')) ?? {};
      expect(reason).toBe('TaskRunTimeout');
      expect(message?.split('\n')).toEqual([
        expect.stringMatching(/^TaskRun ".+" failed to finish within "4s"$/),
        ...(tekton.keepsPreviousStatus ? [expect.stringMatching(/^Previous status: \[Pending\] ./)] : []),
      ]);
    });

    it('a name stands for the pipeline, and what it begins with where it is generated', async () => {
      expect((await runs().taskRun('fine')).metadata.labels).toMatchObject({ [PIPELINE]: 'fine' });
      const { body } = await target()
        .as('reader')
        .get(listPath('pipelineruns', space), { labelSelector: 'kind=generated' });
      const [name = ''] = body.items.map(({ metadata }) => metadata.name);
      const expected = tekton.labelsByGenerateName ? 'of-a-kind' : name;
      expect((await runs().taskRun(name)).metadata.labels).toMatchObject({ [PIPELINE]: expected });
    });

    it('names of TaskRun and Pod are hashed where the name is long', async () => {
      expect(LONG).toHaveLength(60);
      const taskRun = await runs().endedTaskRun(LONG);
      expect(taskRun.metadata.name).toMatch(/^a-name-of-sixty-characters[-a-z]*[0-9a-f]{32}-task$/);
      expect(taskRun.metadata.name.length).toBeLessThanOrEqual(63);
      const { podName = '' } = taskRun.status;
      expect(podName).toMatch(/-pod$/);
      expect(podName.length).toBeLessThanOrEqual(63);
      expect(await runs().output(LONG)).toBe('done\n');
    });
  });
