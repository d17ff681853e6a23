import { beforeAll, describe, expect, it } from '@jest/globals';
import { app, job } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const MARK = { 'taskbridge.dev/temporary': 'true' };
const APPLIED = { 'taskbridge.dev/applied': 'billing' };
const OURS = { 'taskbridge.dev/nonce': 'x', ...MARK, ...APPLIED };

/**
 * Admission policies on the marks of Jobs that Taskbridge deletes, after their run or by an apply: the functions set them at
 * the create, others never.
 */
export const temporaryJobs = (target: () => Target) =>
  describe('the mark of a temporary Job', () => {
    let space = '';
    const admin = () => target().as('admin');
    const runner = () => target().as('runner');
    const jobs = () => listPath('jobs', space);
    const path = (name: string) => objectPath('jobs', space, name);
    const patch = (name: string, annotations: object) =>
      admin().mergePatch(path(name), { metadata: { annotations } });

    beforeAll(async () => {
      space = await target().openSpace();
      await admin().create(listPath('apps', space), app('billing'));
      await admin().create(jobs(), job('plain'));
      await eventually(
        async () =>
          (await admin().create(jobs(), job('early', {}, { annotations: MARK }), { dryRun: 'All' }))
            .status === 422 || undefined,
        { withinMs: 100_000, what: 'the policies at work' },
      );
      expect((await runner().create(jobs(), job('marked', {}, { annotations: OURS }))).status).toBe(201);
    });

    it('is refused from others, on a new Job and on one that is there', async () => {
      for (const answer of [
        await admin().create(jobs(), job('forged', {}, { annotations: MARK })),
        await patch('plain', MARK),
        await patch('marked', { 'taskbridge.dev/temporary': 'false' }),
        await admin().create(jobs(), job('forged', {}, { annotations: APPLIED })),
        await patch('plain', APPLIED),
        await patch('marked', { 'taskbridge.dev/applied': 'stock' }),
      ])
        expect({ status: answer.status, text: answer.text }).toMatchObject({
          status: 422,
          text: expect.stringContaining('leave it out'),
        });
    });

    it('is refused from the functions on a Job that is there', async () => {
      for (const annotations of [MARK, APPLIED]) {
        const answer = await runner().mergePatch(path('plain'), { metadata: { annotations } });
        expect(answer.text).toContain('taskbridge.dev/temporary of a new Job');
      }
    });

    it('leaves the other changes of the Job to others, and may be taken away', async () => {
      const changed = await admin().mergePatch(path('marked'), { spec: { command: 'date' } });
      expect(changed.status).toBe(200);
      expect((await patch('marked', { 'taskbridge.dev/temporary': null })).status).toBe(200);
      expect((await patch('marked', MARK)).status).toBe(422);
      expect((await patch('marked', { 'taskbridge.dev/applied': null })).status).toBe(200);
      expect((await patch('marked', APPLIED)).status).toBe(422);
    });
  });
