import { beforeAll, describe, expect, it } from '@jest/globals';
import { app } from '../support/custom-resources.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

/** Replacing and patching of objects: generations, conflicts, and the status apart from the spec. */
export const changes = (target: () => Target) =>
  describe('changes', () => {
    let space = '';
    const keeper = () => target().as('keeper');
    const apps = () => listPath('apps', space);
    const at = (name: string, subresource?: string) => objectPath('apps', space, name, subresource);
    const push = async (name: string, spec: object = {}) =>
      (await keeper().create(apps(), app(name, spec))).body;

    beforeAll(async () => {
      space = await target().openSpace();
    });

    describe('replace', () => {
      it('raises the generation with the spec, and not with labels', async () => {
        const first = await push('generations');
        const labelled = await target()
          .as('admin')
          .replace(at('generations'), {
            ...first,
            metadata: { ...first.metadata, labels: { team: 'a' } },
          });
        expect(labelled).toMatchObject({ status: 200, body: { metadata: { generation: 1 } } });
        const changed = await keeper().replace(at('generations'), {
          ...labelled.body,
          spec: { image: 'busybox:2' },
        });
        expect(changed).toMatchObject({
          status: 200,
          body: { metadata: { generation: 2, labels: { team: 'a' } } },
        });
      });

      it('refuses an old resourceVersion', async () => {
        const old = await push('stale');
        await keeper().mergePatch(at('stale'), { spec: { command: 'newer' } });
        const { status, body } = await keeper().replace(at('stale'), {
          ...old,
          spec: { image: 'busybox:2' },
        });
        expect(status).toBe(409);
        expect(body).toMatchObject({
          reason: 'Conflict',
          message: expect.stringContaining(
            'the object has been modified; please apply your changes to the latest version',
          ),
          details: { name: 'stale', group: 'taskbridge.dev', kind: 'apps' },
        });
      });

      it('refuses an object without a resourceVersion', async () => {
        await push('unversioned');
        const { status, body } = await keeper().replace(at('unversioned'), app('unversioned'));
        expect(status).toBe(422);
        expect(body.message).toContain(
          'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
        );
      });

      it('leaves the status alone, as the status subresource leaves the spec', async () => {
        const { metadata } = await push('halves');
        const job = {
          ...app('halves', { command: 'not by this' }),
          metadata,
          status: { conditions: [condition] },
        };
        const status = await keeper().replace(at('halves', 'status'), job);
        expect(status).toMatchObject({
          status: 200,
          body: { metadata: { generation: 1 }, status: { conditions: [condition] } },
        });
        expect(status.body.spec).not.toHaveProperty('command');
        const spec = await keeper().replace(at('halves'), { ...status.body, status: {} });
        expect(spec.body.status).toEqual({ conditions: [condition] });
      });
    });

    describe('merge patch', () => {
      it('sets, changes and removes fields', async () => {
        await push('patched', { command: 'old', labels: { a: '1', b: '2' } });
        const { status, body } = await target()
          .as('admin')
          .mergePatch(at('patched'), {
            metadata: { labels: { team: 'a' } },
            spec: { command: null, labels: { b: null, c: '3' } },
          });
        expect(status).toBe(200);
        expect(body.spec).toEqual({ image: 'busybox:1', labels: { a: '1', c: '3' } });
        expect(body.metadata).toMatchObject({ generation: 2, labels: { team: 'a' } });
      });

      it('changes nothing the second time', async () => {
        await push('again');
        const first = await keeper().mergePatch(at('again'), { spec: { command: 'same' } });
        const second = await keeper().mergePatch(at('again'), { spec: { command: 'same' } });
        expect(first.body.metadata.generation).toBe(2);
        expect(second.body).toEqual(first.body);
      });

      it('of the status raises the resourceVersion alone', async () => {
        const { metadata } = await push('watched');
        const { status, body } = await keeper().mergePatch(at('watched', 'status'), {
          spec: { command: 'not by this' },
          status: { conditions: [condition] },
        });
        expect(status).toBe(200);
        expect(body.metadata.generation).toBe(1);
        expect(body.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
        expect(body).toMatchObject({ spec: { image: 'busybox:1' }, status: { conditions: [condition] } });
        expect(body.spec).not.toHaveProperty('command');
      });

      it('with an old resourceVersion is refused', async () => {
        const { metadata } = await push('raced');
        await keeper().mergePatch(at('raced'), { spec: { command: 'newer' } });
        const { resourceVersion } = metadata;
        const late = await keeper().mergePatch(at('raced'), {
          metadata: { resourceVersion },
          spec: { command: 'late' },
        });
        expect(late).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
      });

      it('needs its content type', async () => {
        await push('typed');
        const answer = await keeper().send('PATCH', at('typed'), { body: {}, type: 'application/json' });
        expect(answer).toMatchObject({ status: 415, body: { reason: 'UnsupportedMediaType' } });
      });
    });

    describe('JSON patch', () => {
      const patch = (name: string, ...operations: readonly object[]) =>
        keeper().send('PATCH', at(name), { body: operations, type: 'application/json-patch+json' });
      const add = { op: 'add', path: '/spec/command', value: 'new' };
      const isRight = { op: 'test', path: '/spec/image', value: 'busybox:1' };

      it('does its operations in order, where its tests hold', async () => {
        await push('operated', { labels: { 'example.org/a': '1', b: '2' } });
        const remove = { op: 'remove', path: '/spec/labels/example.org~1a' };
        const { status, body } = await patch('operated', isRight, add, remove);
        expect({ status, spec: body.spec }).toEqual({
          status: 200,
          spec: { image: 'busybox:1', command: 'new', labels: { b: '2' } },
        });
        expect(body.metadata.generation).toBe(2);
      });

      it.each([
        ['a test that fails', { ...isRight, value: 'busybox:2' }],
        ['a test of a field that is not there', { ...isRight, path: '/spec/entrypoint' }],
        ['a removal of what is not there', { op: 'remove', path: '/spec/entrypoint' }],
        ['an addition to what is not there', { ...add, path: '/spec/resources/cpu' }],
        ['an operation that is none', { ...add, op: 'put' }],
      ])('with %s does nothing', async (what, operation) => {
        const name = `refused-${what.length}`;
        const { metadata } = await push(name);
        const { status, body } = await patch(name, add, operation);
        expect({ status, reason: body.reason, message: body.message }).toEqual({
          status: 422,
          reason: 'Invalid',
          message: 'the server rejected our request due to an error in our request',
        });
        expect((await keeper().get(at(name))).body.metadata).toEqual(metadata);
      });

      it('that is no list is refused', async () => {
        await push('listless');
        const type = 'application/json-patch+json';
        const answer = await keeper().send('PATCH', at('listless'), { body: {}, type });
        expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      });
    });

    it('a uid of another object is refused for the spec, and means nothing for the status', async () => {
      await push('identified');
      const patch = { metadata: { uid: '00000000-0000-4000-8000-000000000000' }, spec: { command: 'x' } };
      const refused = await keeper().mergePatch(at('identified'), patch);
      expect(refused).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(refused.body.details.causes.map(({ field }) => field)).toContain('metadata.uid');
      const status = { ...patch, status: { conditions: [condition] } };
      expect(await keeper().mergePatch(at('identified', 'status'), status)).toMatchObject({ status: 200 });
    });

    it.each([
      ['merge patch', () => keeper().mergePatch(at('nobody'), {})],
      ['merge patch of the status', () => keeper().mergePatch(at('nobody', 'status'), {})],
    ])('%s of an object that is not there is 404', async (_, send) => {
      expect(await send()).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
    });
  });

const condition = {
  type: 'BindingsReady',
  status: 'True',
  reason: 'Synced',
  message: '',
  lastTransitionTime: '2026-01-02T03:04:05Z',
};
