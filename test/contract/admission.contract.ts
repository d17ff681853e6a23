import { beforeAll, describe, expect, it } from '@jest/globals';
import { listPath, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import type { Target } from './support/target.ts';

/** Defaults and validation of Tekton's admission webhook. */
export const admission = (target: () => Target) =>
  describe('admission of PipelineRuns', () => {
    let space = '';
    const admin = () => target().as('admin');
    const create = (run: object) =>
      admin().create(
        listPath('pipelineruns', space),
        pipelineRun({ name: 'refused', image: target().image, ...run }),
      );
    const patch = (name: string, body: object) =>
      admin().mergePatch(objectPath('pipelineruns', space, name), body);
    const refusal = (message: string) => ({
      status: 400,
      body: { kind: 'Status', status: 'Failure', message: expect.stringContaining(message) },
    });

    beforeAll(async () => {
      space = await target().openSpace();
      await create({ name: 'queued', status: 'PipelineRunPending', labels: { team: 'a' } });
      await create({ name: 'done' });
    });

    it('fills in what was left out', async () => {
      const { metadata, spec } = await runsOf(admin(), space).pipelineRun('queued');
      expect(spec).toMatchObject({
        taskRunTemplate: { serviceAccountName: 'default' },
        timeouts: { pipeline: '0s' },
      });
      expect(metadata.labels).toMatchObject({ team: 'a' });
    });

    it.each([
      [
        'a parameter that nobody declared',
        { args: ['echo $(params.x)'] },
        'non-existent variable in "echo $(params.x)"',
      ],
      [
        'the same behind a dollar sign',
        { args: ['$$(params.x)'] },
        'non-existent variable in "$$(params.x)"',
      ],
      [
        'the same in the environment',
        { env: [{ name: 'A', value: '$(params.x)' }] },
        'non-existent variable in "$(params.x)"',
      ],
      ['no such context', { args: ['$(context.taskRun.nothing)'] }, 'non-existent variable'],
      [
        'an unknown status',
        { status: 'Paused' },
        'invalid value: Paused should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending: spec.status',
      ],
      [
        'a name of 64 characters',
        { name: 'a'.repeat(64) },
        'Invalid resource name: length must be no more than 63 characters',
      ],
    ])('refuses %s', async (_, run, message) => {
      expect(await create(run)).toMatchObject(refusal(message));
    });

    it('accepts what only looks like a variable', async () => {
      const { status } = await create({
        name: 'shell',
        args: ['echo $(date) $$ $HOME $((1+2)) $(FOO)'],
        status: 'PipelineRunPending',
      });
      expect(status).toBe(201);
    });

    it('refuses another spec from creation on', async () => {
      const timeouts = { pipeline: '1h0m0s' };
      expect(await patch('queued', { spec: { timeouts } })).toMatchObject(
        refusal('Once the PipelineRun has started, only status updates are allowed'),
      );
    });

    it('refuses an unknown status in a patch', async () => {
      expect(await patch('queued', { spec: { status: 'Paused' } })).toMatchObject(
        refusal('Paused should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending'),
      );
    });

    it('refuses to queue a run that has started', async () => {
      await create({ name: 'busy', script: 'exec sleep 600' });
      await runsOf(admin(), space).taskRun('busy');
      expect(await patch('busy', { spec: { status: 'PipelineRunPending' } })).toMatchObject(
        refusal('PipelineRun cannot be Pending after it is started: spec.status'),
      );
      await patch('busy', { spec: { status: 'Cancelled' } });
    });

    it('lets labels and annotations of a finished run change, and nothing else', async () => {
      await runsOf(admin(), space).ended('done');
      const labelled = await patch('done', {
        metadata: { labels: { reported: 'true' }, annotations: { a: 'b' } },
      });
      expect(labelled).toMatchObject({ status: 200, body: { metadata: { labels: { reported: 'true' } } } });
      expect(await patch('done', { spec: { status: 'Cancelled' } })).toMatchObject(
        refusal('Once the PipelineRun is complete, no updates are allowed'),
      );
    });
  });
