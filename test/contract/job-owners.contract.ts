import { beforeAll, describe, expect, it } from '@jest/globals';
import { app, job } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const REFUSAL = 'set no owner but the App of a Job, when it is new or moves to another App';
const APP_OF_OTHERS = { apiVersion: 'apps.example.org/v1', kind: 'App', name: 'stock', uid: 'uid' };

/** Admission policy on the owners of Jobs: update-job moves a Job to another App, and nothing else changes an owner. */
export const jobOwners = (target: () => Target) =>
  describe('the owners of a Job', () => {
    let space = '';
    const owners: Record<string, object> = {};
    const admin = () => target().as('admin');
    const path = (name: string) => objectPath('jobs', space, name);

    beforeAll(async () => {
      space = await target().openSpace();
      for (const name of ['billing', 'stock']) {
        const { body } = await admin().create(listPath('apps', space), app(name));
        owners[name] = {
          ...{ apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name, uid: body.metadata.uid },
          controller: true,
        };
      }
      const other = await admin().create(listPath('configmaps', space), { metadata: { name: 'settings' } });
      // The garbage collector takes an owner for gone that it does not find.
      owners.other = {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' },
        uid: other.body.metadata.uid,
      };
      for (const [name, ownerReferences] of [
        ['owned', [owners.billing, owners.other]],
        ['unowned', [owners.other]],
      ] as const)
        await admin().create(listPath('jobs', space), job(name, {}, { ownerReferences }));
      await eventually(
        async () =>
          (await answerTo('unowned', 'billing', [owners.other, owners.billing])) !== 'allowed' || undefined,
        { what: 'the policies at work' },
      );
    });

    /** Answer to a change of the App and the owners as update-job makes it; a dry run. */
    async function answerTo(name: string, to: string, ownerReferences: readonly unknown[]) {
      const patch = { metadata: { ownerReferences }, spec: { app: to } };
      const { status, body } = await target()
        .as('runner')
        .send('PATCH', path(name), {
          body: patch,
          type: 'application/merge-patch+json',
          query: { dryRun: 'All' },
        });
      return status === 200 ? 'allowed' : body.message;
    }

    it('move with it to another App, and those of others stay', async () => {
      expect(await answerTo('owned', 'stock', [owners.other, owners.stock])).toBe('allowed');
      expect(await answerTo('unowned', 'stock', [owners.other])).toBe('allowed');
    });

    it.each([
      ['the App that a Job of nobody names', 'unowned', 'billing', () => [owners.other, owners.billing]],
      ['the App that a Job of nobody moves to', 'unowned', 'stock', () => [owners.other, owners.stock]],
      ['another App than the one it moves to', 'owned', 'other', () => [owners.stock]],
      [
        'another App, where it stays',
        'owned',
        'billing',
        () => [owners.billing, { ...owners.stock, controller: false }],
      ],
      [
        'an App that it keeps from being deleted',
        'owned',
        'stock',
        () => [owners.other, { ...owners.stock, blockOwnerDeletion: true }],
      ],
      ['an App of another product', 'owned', 'stock', () => [owners.other, APP_OF_OTHERS]],
      ['an object of another kind', 'owned', 'stock', () => [owners.other, { ...owners.other, name: 'b' }]],
    ])('are never %s', async (_, name, to, ownerReferences) => {
      expect(await answerTo(name, to, ownerReferences())).toContain(REFUSAL);
    });

    it.each([
      ['the App that it names', 'stock', 'allowed'],
      ['another App', 'billing', REFUSAL],
    ])('of a new Job are %s: %#', async (_, to, expected) => {
      const made = job('new', { app: to }, { ownerReferences: [owners.stock] });
      const { status, body } = await target()
        .as('runner')
        .create(listPath('jobs', space), made, { dryRun: 'All' });
      expect(status === 201 ? 'allowed' : body.message).toContain(expected);
    });
  });
