import { beforeAll, describe, expect, it } from '@jest/globals';
import { app } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf, succeeded } from '../support/runs.ts';
import { run, shell } from './support/step-runs.ts';
import type { Target } from './support/target.ts';
import { type Tekton, tektonOf } from './support/tekton.ts';

/**
 * Behaviour that needs a kernel with cgroups, a scheduler with nodes and a runtime that pulls images. The embedded
 * cluster runs a command as a process of this machine: no limit to enforce, no node to fill, no image to pull. Also
 * the CEL rules of the schemas, which the embedded cluster does not evaluate; push-app rejects the same.
 */
export const realOnly = (target: () => Target) =>
  describe('nodes, images and CEL', () => {
    let space = '';
    let tekton: Tekton;
    const runs = () => runsOf(target().as('reader'), space);
    const pod = async (name: string) =>
      (
        await target()
          .as('reader')
          .get(objectPath('pods', space, name))
      ).body;

    beforeAll(async () => {
      tekton = await tektonOf(target());
      space = await target().openSpace();
      const { image } = target();
      const limits = { memory: '64Mi', 'ephemeral-storage': '32Mi' };
      const orders = [
        {
          name: 'greedy',
          script: 'dd if=/dev/zero of=/dev/null bs=200M count=1; exit $?',
          computeResources: { limits: { memory: '16Mi' } },
        },
        {
          name: 'full',
          script: 'dd if=/dev/zero of=/file bs=1M count=40; exec sleep 600',
          computeResources: { limits: { 'ephemeral-storage': '8Mi' } },
        },
        { name: 'no-image', image: 'taskbridge.local/nobody:1' },
        { name: 'too-big', computeResources: { requests: { cpu: '5000' } } },
        { name: 'limited', computeResources: { requests: { cpu: '50m', ...limits }, limits } },
      ];
      for (const order of orders) {
        await target()
          .as('admin')
          .create(listPath('pipelineruns', space), pipelineRun({ image, ...order }));
      }
    });

    it('more memory than the limit ends with 137 and OOMKilled', async () => {
      const taskRun = await runs().endedTaskRun('greedy');
      expect(taskRun.status.steps).toMatchObject([{ terminated: { exitCode: 137, reason: 'OOMKilled' } }]);
      expect(succeeded(taskRun)).toMatchObject({
        status: 'False',
        reason: tekton.reasons.stepOutOfMemory,
        message: '"step-main" exited with code 137: OOMKilled',
      });
    });

    it('more on the disk than the limit is an eviction, in the kubelet’s words', async () => {
      expect(succeeded(await runs().endedTaskRun('full'))).toMatchObject({
        status: 'False',
        reason: tekton.reasons.evicted,
        message: expect.stringContaining('ephemeral local storage usage exceeds the total limit'),
      });
    });

    it('a $(…) that Tekton does not know is refused by 1.15 in a parameter, and by neither in a step', async () => {
      const { image } = target();
      const step = shell('one', 'echo $(date)', { env: [{ name: 'A', value: '$(date)' }] });
      const inStep = run('shell-in-step', { stepTemplate: { image }, steps: [step] });
      const tasks = inStep.spec.pipelineSpec.tasks.map((task) => ({
        ...task,
        params: [{ name: 'a', value: '$(date)' }],
        taskSpec: { ...task.taskSpec, params: [{ name: 'a' }] },
      }));
      const create = (name: string, spec: object) =>
        target()
          .as('admin')
          .create(listPath('pipelineruns', space), { ...inStep, metadata: { name }, spec });
      expect((await create('shell-in-step', inStep.spec)).status).toBe(201);
      const { status } = await create('shell-in-param', { pipelineSpec: { tasks } });
      expect(status).toBe(tekton.takesShellInParams ? 201 : 400);
    });

    it('an image that can’t be pulled fails the TaskRun, and its pod is deleted', async () => {
      const taskRun = await runs().endedTaskRun('no-image');
      expect(succeeded(taskRun)).toMatchObject({ status: 'False', reason: 'TaskRunImagePullFailed' });
      expect(taskRun.status.steps).not.toMatchObject([{ terminated: { exitCode: 0 } }]);
      expect(succeeded(await runs().ended('no-image'))).toMatchObject({ status: 'False', reason: 'Failed' });
    });

    it('a request that no node has stays pending and says why', async () => {
      const condition = await eventually(
        async () => {
          const found = succeeded(await runs().taskRun('too-big'));
          return found?.reason === 'ExceededNodeResources' ? found : undefined;
        },
        { what: 'the reason ExceededNodeResources' },
      );
      expect(condition).toMatchObject({ status: 'Unknown' });
      expect(succeeded(await runs().pipelineRun('too-big'))).toMatchObject({
        status: 'Unknown',
        reason: 'Running',
      });
    });

    it.each([
      [
        'a variable of value and valueFrom',
        { env: [{ name: 'A', value: '', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
        { field: 'spec.env[0]', message: expect.stringContaining('give value or valueFrom, not both') },
      ],
      [
        'a variable of a name that is ours',
        { env: [{ name: 'TASKBRIDGE_X', value: '' }] },
        { field: 'spec.env[0].name', message: expect.stringContaining('names that begin with TASKBRIDGE_') },
      ],
      [
        'neither image nor source',
        { image: null },
        { field: 'spec', message: expect.stringContaining('give image or source') },
      ],
      [
        'image and source',
        { source: { sha256: 'a'.repeat(64) } },
        { field: 'spec', message: expect.stringContaining('give image or source, not both') },
      ],
    ])('an App with %s is refused in words', async (_, spec, cause) => {
      const refused = app('refused', spec);
      const { status, body } = await target().as('keeper').create(listPath('apps', space), refused);
      expect({ status, causes: body.details.causes }).toMatchObject({ status: 422, causes: [cause] });
    });

    it('a long list is compressed for a client that takes it, and is so no list that is short', async () => {
      const large = app('large', { image: target().image, command: 'a'.repeat(50_000) });
      for (const name of ['large-1', 'large-2', 'large-3']) {
        const made = { ...large, metadata: { ...large.metadata, name } };
        expect(await target().as('keeper').create(listPath('apps', space), made)).toMatchObject({
          status: 201,
        });
      }
      const list = (limit: number) =>
        target()
          .as('keeper')
          .send('GET', listPath('apps', space), { query: { limit }, headers: { 'accept-encoding': 'gzip' } });
      // From 128 KB on.
      expect([(await list(3)).encoding, (await list(1)).encoding]).toEqual(['gzip', '']);
    });

    it('requests and limits are those of the container', async () => {
      const { status } = await runs().endedTaskRun('limited');
      expect((await pod(status.podName ?? '')).spec).toMatchObject({
        containers: [
          {
            name: 'step-main',
            resources: {
              requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '32Mi' },
              limits: { memory: '64Mi', 'ephemeral-storage': '32Mi' },
            },
          },
        ],
      });
    });
  });
