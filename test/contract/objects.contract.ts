import { beforeAll, describe, expect, it } from '@jest/globals';
import { app } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

/** Create and delete of single objects, and their errors. */
export const objects = (target: () => Target) =>
  describe('objects', () => {
    let space = '';
    const keeper = () => target().as('keeper');
    const apps = () => listPath('apps', space);
    const at = (name: string, subresource?: string) => objectPath('apps', space, name, subresource);
    const push = async (name: string, spec: object = {}) =>
      (await keeper().create(apps(), app(name, spec))).body;

    beforeAll(async () => {
      space = await target().openSpace();
    });

    describe('create', () => {
      it('answers with the object as it is stored', async () => {
        const { status, body } = await keeper().create(apps(), app('made'));
        expect(status).toBe(201);
        expect(body).toMatchObject({
          ...app('made'),
          metadata: {
            name: 'made',
            namespace: space,
            generation: 1,
            uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
            resourceVersion: expect.stringMatching(/^\d+$/),
            creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          },
        });
        expect((await keeper().get(at('made'))).body).toEqual(body);
      });

      it('refuses a name that is taken and leaves what has it', async () => {
        await push('taken', { command: 'first' });
        const { status, body } = await keeper().create(apps(), app('taken', { command: 'second' }));
        expect(status).toBe(409);
        expect(body).toMatchObject({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'AlreadyExists',
          code: 409,
          message: 'apps.taskbridge.dev "taken" already exists',
          details: { name: 'taken', group: 'taskbridge.dev', kind: 'apps' },
        });
        expect((await keeper().get(at('taken'))).body.spec).toMatchObject({ command: 'first' });
      });

      it('makes a name of generateName', async () => {
        const metadata = { generateName: 'some-' };
        const { status, body } = await keeper().create(apps(), { ...app(''), metadata });
        expect(status).toBe(201);
        expect(body.metadata.name).toMatch(/^some-[a-z0-9]{5}$/);
        expect(body.metadata).toMatchObject(metadata);
      });

      it.each([
        ['no name', { ...app(''), metadata: {} }, 422, 'name or generateName is required'],
        ['another kind', { ...app('kind'), kind: 'Job' }, 422, 'kind: Invalid value: "Job": must be App'],
        [
          'another namespace',
          { ...app('ns'), metadata: { name: 'ns', namespace: 'default' } },
          400,
          'the namespace of the provided object does not match',
        ],
      ])('refuses an object with %s', async (_, body, status, message) => {
        const answer = await keeper().create(apps(), body);
        expect(answer).toMatchObject({
          status,
          body: { kind: 'Status', message: expect.stringContaining(message) },
        });
      });
    });

    describe('delete', () => {
      it('answers with the uid of what it deleted, and 404 the second time', async () => {
        const { metadata } = await push('gone');
        const first = await keeper().delete(at('gone'), { propagationPolicy: 'Background' });
        expect(first).toMatchObject({
          status: 200,
          body: { kind: 'Status', status: 'Success', details: { name: 'gone', uid: metadata.uid } },
        });
        const second = await keeper().delete(at('gone'));
        expect(second).toMatchObject({ status: 404, body: notFound('gone') });
        expect(await keeper().get(at('gone'))).toMatchObject({ status: 404, body: notFound('gone') });
      });

      it('spares an object with another uid than the one meant', async () => {
        const { metadata } = await push('replaced');
        const uid = '00000000-0000-4000-8000-000000000000';
        const other = await keeper().delete(at('replaced'), { preconditions: { uid } });
        expect(other).toMatchObject({
          status: 409,
          body: {
            reason: 'Conflict',
            message: expect.stringContaining('does not match the UID in record'),
          },
        });
        const same = await keeper().delete(at('replaced'), { preconditions: { uid: metadata.uid } });
        expect(same.status).toBe(200);
      });
    });
  });

const notFound = (name: string) => ({
  kind: 'Status',
  status: 'Failure',
  reason: 'NotFound',
  code: 404,
  message: `apps.taskbridge.dev "${name}" not found`,
});
