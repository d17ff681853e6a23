import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Body } from '../support/cluster-api.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { POD_MS, runsOf, succeeded } from '../support/runs.ts';
import { run, shell, stepRuns } from './support/step-runs.ts';
import type { Target } from './support/target.ts';
import { type Tekton, tektonOf } from './support/tekton.ts';

/** Runs of several steps, as a build is one. */
export const steps = (target: () => Target) =>
  describe('runs of several steps', () => {
    let space = '';
    let tekton: Tekton;
    const runs = () => runsOf(target().as('reader'), space);
    const create = (body: object) => target().as('admin').create(listPath('pipelineruns', space), body);
    const logOf = async (name: string, step: string) => {
      const { status } = await runs().endedTaskRun(name);
      return (await runs().log(status.podName ?? '', { container: step })).text;
    };
    const stepsOf = ({ status }: Body) => status.steps;

    beforeAll(async () => {
      tekton = await tektonOf(target());
      space = await target().openSpace();
      const { image } = target();
      const made = await Promise.all(stepRuns(image).map(create));
      expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    });

    it('go one after another, in one pod, and share its folders', async () => {
      await runs().endedTaskRun('good');
      expect(await logOf('good', 'step-one')).toBe('of template, of step\n');
      expect(await logOf('good', 'step-two')).toBe('of template, of step\n');
      expect(await logOf('good', 'step-unnamed-2')).toBe('third\n');
    });

    it('have a log each, which is empty until their turn', async () => {
      await create(
        run('turns', {
          stepTemplate: { image: target().image },
          steps: [shell('one', 'echo first; exec sleep 600'), shell('two', 'echo second')],
        }),
      );
      const pod = await runs().started('turns');
      await eventually(
        async () => {
          const { text } = await runs().log(pod, { container: 'step-one' });
          return text === 'first\n' ? true : undefined;
        },
        { what: 'the first line' },
      );
      const { status, text } = await runs().log(pod, { container: 'step-two' });
      expect({ status, text }).toEqual({ status: 200, text: '' });
      const { body } = await runs().log(pod, { container: '' });
      expect(body.message).toMatch(
        /^a container name must be specified for pod turns-work-pod, choose one of: \[.*step-one step-two\]$/,
      );
      expect(stepsOf(await runs().taskRun('turns'))).toMatchObject([
        { name: 'one', running: { startedAt: expect.any(String) } },
        { name: 'two', running: { startedAt: expect.any(String) } },
      ]);
    });

    it('have results, which are those of task and run', async () => {
      const { status } = await runs().ended('good');
      expect(status).toMatchObject({ results: [{ name: 'word', value: 'hello' }] });
      const taskRun = await runs().endedTaskRun('good');
      expect(taskRun.status).toMatchObject({ results: [{ name: 'word', type: 'string', value: 'hello' }] });
      expect(stepsOf(taskRun)).toMatchObject([
        { name: 'one', container: 'step-one', terminationReason: 'Completed' },
        {
          name: 'two',
          terminated: { exitCode: 0, message: '[{"key":"word","value":"hello","type":1}]' },
        },
        { name: 'unnamed-2', container: 'step-unnamed-2', terminated: { exitCode: 0, reason: 'Completed' } },
      ]);
    });

    it('after one that fails are skipped, and the cause is the first', async () => {
      const taskRun = await runs().endedTaskRun('failing');
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: tekton.reasons.stepFailed,
        message: '"step-two" exited with code 7: Error',
      });
      const skipped = { terminated: { exitCode: 1, reason: 'Error' }, terminationReason: 'Skipped' };
      expect(stepsOf(taskRun)).toMatchObject([
        { name: 'one', terminated: { exitCode: 0, reason: 'Completed' }, terminationReason: 'Completed' },
        { name: 'two', terminated: { exitCode: 7, reason: 'Error' }, terminationReason: 'Error' },
        { name: 'three', ...skipped },
        { name: 'four', ...skipped },
      ]);
      expect(await logOf('failing', 'step-three')).toMatch(
        /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Skipping step because a previous step failed\n$/,
      );
    });

    it('that fail leave results on the TaskRun, and on the run where Tekton takes them over', async () => {
      const results = [{ name: 'word', value: 'hello' }];
      expect((await runs().endedTaskRun('failing')).status).toMatchObject({ results });
      const { status } = await runs().ended('failing');
      expect(status.results).toEqual(tekton.keepsResults ? results : undefined);
    });

    it('that fail after what runs beside them has failed say which of both Tekton takes for the cause', async () => {
      const taskRun = await runs().endedTaskRun('helpless-failing');
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: tekton.reasons.sidecarFailed,
        message: tekton.namesFailedSidecar
          ? '"sidecar-helper" exited with code 3: Error'
          : '"step-one" exited with code 7: Error',
      });
      expect(stepsOf(taskRun)).toMatchObject([{ terminated: { exitCode: 7, reason: 'Error' } }]);
    });

    it('without a result that the pipeline promises fail the run, not the TaskRun', async () => {
      expect(succeeded(await runs().ended('wordless'))).toMatchObject({
        status: 'False',
        reason: 'CouldntGetPipelineResult',
        message: expect.stringContaining('invalid pipelineresults [word]'),
      });
      expect(succeeded(await runs().endedTaskRun('wordless'))).toMatchObject({ reason: 'Succeeded' });
    });

    it('that are cancelled keep the ends that they had', async () => {
      await eventually(
        async () => {
          const { status } = await runs().taskRun('stopped');
          return JSON.stringify(status?.steps?.[0] ?? {}).includes('terminated') ? true : undefined;
        },
        { withinMs: POD_MS, what: 'the end of the first step' },
      );
      const cancel = await target()
        .as('admin')
        .mergePatch(objectPath('pipelineruns', space, 'stopped'), { spec: { status: 'Cancelled' } });
      expect(cancel.status).toBe(200);
      const taskRun = await runs().endedTaskRun('stopped');
      const cancelled = { exitCode: 1, reason: 'TaskRunCancelled' };
      expect(stepsOf(taskRun)).toMatchObject([
        { name: 'one', terminated: { exitCode: 0, reason: 'Completed' } },
        { name: 'two', terminated: cancelled, terminationReason: 'TaskRunCancelled' },
        { name: 'three', terminated: cancelled, terminationReason: 'TaskRunCancelled' },
      ]);
    });

    it('wait for what runs beside them, and end it', async () => {
      const { status } = await runs().endedTaskRun('beside');
      expect(await logOf('beside', 'step-one')).toBe('made\n');
      await eventually(
        async () => {
          const pod = await target()
            .as('reader')
            .get(objectPath('pods', space, status.podName ?? ''));
          return JSON.stringify(pod.body.status).includes('"running"') ? undefined : true;
        },
        { what: 'the end of the sidecar' },
      );
    });

    it('wait for a Secret that comes late, which the step alone sees that mounts it', async () => {
      await eventually(async () => (await runs().taskRun('secretive')).status?.podName, {
        withinMs: POD_MS,
        what: 'the waiting pod',
      });
      await target()
        .as('admin')
        .create(listPath('secrets', space), {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'late' },
          stringData: { key: 'worth waiting for' },
        });
      expect(await logOf('secretive', 'step-one')).toBe('worth waiting for');
      expect(await logOf('secretive', 'step-two')).toBe('nothing\n');
    });

    // Whether Tekton blames the run for the sidecar's end depends on the pod's phase at the moment when it looks.
    it('begin when what should run beside them has ended', async () => {
      expect(await logOf('helpless', 'step-one')).toBe('started\n');
      expect(stepsOf(await runs().endedTaskRun('helpless'))).toMatchObject([{ terminated: { exitCode: 0 } }]);
    });

    it.each([
      [
        'two steps of one name',
        { steps: [shell('one', 'true'), shell('one', 'true')] },
        {},
        'expected exactly one, got both: spec.pipelineSpec.tasks[0].taskSpec.steps[1].name',
      ],
      [
        'a result of another task',
        { steps: [shell('one', 'true')] },
        { results: [{ name: 'word', value: '$(tasks.other.results.word)' }] },
        'invalid value: referencing a nonexistent task: spec.pipelineSpec.results[0].value',
      ],
    ])('%s are refused', async (_, taskSpec, pipelineSpec, words) => {
      const { image } = target();
      const { status, body } = await create(
        run('refused', { stepTemplate: { image }, ...taskSpec }, pipelineSpec),
      );
      expect({ status, message: body.message }).toEqual({
        status: 400,
        message: expect.stringContaining(words),
      });
    });

    it('a step without an image, of its own or of the template, is refused', async () => {
      const { body } = await create(run('refused', { steps: [shell('one', 'true')] }));
      expect(body.message).toContain('missing field(s): spec.pipelineSpec.tasks[0].taskSpec.steps[0].Image');
    });
  });
