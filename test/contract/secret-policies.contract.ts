import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/cluster-api.ts';
import { app } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import {
  APP,
  BINDINGS,
  BUILD,
  changed,
  EVENT,
  type Metadata,
  OURS,
  type Ours,
  RUN,
  secret,
  TOKEN_OF,
} from './support/own-secrets.ts';
import type { Target } from './support/target.ts';

/** Changes that turn a Secret of the functions into one that gives power, or that stays for ever. */
const CHANGES: readonly (readonly [string, (of: Ours) => object])[] = [
  ['of another name', (of) => changed(of, { name: 'orders-binding' })],
  ['with no name but a beginning', (of) => changed(of, { name: undefined, generateName: 'report-1-' })],
  ['that nothing owns', (of) => changed(of, { ownerReferences: [] })],
  ['of two owners', (of) => changed(of, { ownerReferences: [RUN, APP] })],
  ['of an owner of another group', (of) => changed(of, { ownerReferences: [{ ...APP, apiVersion: 'v1' }] })],
  ['of an owner of another name', (of) => changed(of, { ownerReferences: [{ ...RUN, name: 'report' }] })],
  [
    'that blocks the deletion of its owner',
    (of) =>
      changed(of, {
        ownerReferences: [{ ...(of === BINDINGS ? APP : RUN), blockOwnerDeletion: true }],
      }),
  ],
  [
    'that is the token of a service account',
    (of) =>
      changed(
        of,
        { annotations: TOKEN_OF },
        { type: 'kubernetes.io/service-account-token', data: undefined },
      ),
  ],
  ...['bootstrap.kubernetes.io/token', 'example.org/any'].map(
    (type) => [`of type ${type}`, (of: Ours) => changed(of, {}, { type })] as const,
  ),
  [
    'with which a node pulls images',
    (of) =>
      changed(of, {}, { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } }),
  ],
  ['that can’t be changed', (of) => changed(of, {}, { immutable: true })],
  ['with a finalizer', (of) => changed(of, { finalizers: ['example.org/stuck'] })],
  ['with an annotation', (of) => changed(of, { annotations: TOKEN_OF })],
  [
    'with a label of others',
    (of) => changed(of, { labels: { ...of.metadata.labels, 'argocd.argoproj.io/secret-type': 'cluster' } }),
  ],
  ['without the label of Taskbridge', (of) => changed(of, { labels: {} })],
  ['with another key', (of) => changed(of, {}, { data: { server: 'YQ==' } })],
];

/** Admission policies on Secrets that the functions write, and on the names of Secrets in their runs. */
export const secretPolicies = (target: () => Target) =>
  describe('the policies on Secrets', () => {
    let space = '';
    const as = (identity: 'runner' | 'keeper') => target().as(identity);
    const admin = () => target().as('admin');
    const dryRun = () => `${listPath('secrets', space)}?dryRun=All`;
    const status = ({ status: code }: Answer) => code;

    beforeAll(async () => {
      space = await target().openSpace();
      await eventually(
        async () =>
          (await as('keeper').create(dryRun(), changed(BINDINGS, { finalizers: ['example.org/stuck'] })))
            .status === 403
            ? true
            : undefined,
        { what: 'the policies at work' },
      );
    });

    it.each([
      ['keeper', 'event', 201],
      ['keeper', 'build', 201],
      ['keeper', 'bindings', 201],
      ['runner', 'event', 201],
      ['runner', 'build', 403],
      ['runner', 'bindings', 403],
    ] as const)('let the %s create its %s: %d', async (identity, kind, expected) => {
      expect(status(await as(identity).create(dryRun(), OURS[kind]))).toBe(expected);
    });

    const REFUSED = CHANGES.flatMap(([what, change]) => [
      { what, identity: 'runner', of: 'event', change } as const,
      ...(['event', 'build', 'bindings'] as const).map(
        (of) => ({ what, identity: 'keeper', of, change }) as const,
      ),
    ]);
    it.each(REFUSED)('refuse the $identity a Secret of $of $what', async ({ identity, of, change }) => {
      const { body, status: code } = await as(identity).create(dryRun(), change(OURS[of]));
      // What the API server itself refuses is not the policy's: 422 without its name.
      expect({ code, message: body.message }).toMatchObject({
        code: 403,
        message: expect.stringContaining('taskbridge-secrets'),
      });
    });

    describe('that exist', () => {
      const update = async (name: string, metadata: Metadata, more: object = {}) => {
        const path = objectPath('secrets', space, name);
        const old = (await admin().get(path)).body;
        return as('keeper').replace(`${path}?dryRun=All`, {
          ...old,
          ...more,
          metadata: { ...old.metadata, ...metadata },
        });
      };

      beforeAll(async () => {
        const { uid } = (await admin().create(listPath('apps', space), app('billing'))).body.metadata;
        const ofApp = [{ ...APP, uid, controller: true }];
        for (const one of [
          changed(BINDINGS, {
            ownerReferences: ofApp,
            annotations: { team: 'a' },
            finalizers: ['example.org/a'],
          }),
          changed(BUILD, { ownerReferences: ofApp }),
          secret({ name: 'orders-binding', ownerReferences: ofApp }),
          secret({ name: 'theirs', labels: {} }),
        ])
          await admin().create(listPath('secrets', space), one);
      });

      it('are updated by the keeper with new data, and whatever others have set', async () => {
        const data = { VCAP_SERVICES: 'W10=' };
        expect(status(await update('billing-taskbridge-bindings', {}, { data }))).toBe(200);
      });

      it.each<readonly [string, string, Metadata, object]>([
        ['that no App owns', 'theirs', {}, {}],
        ['of another name', 'orders-binding', {}, {}],
        ['of a build', 'report-1-taskbridge-build', {}, {}],
        ['into another key', 'billing-taskbridge-bindings', {}, { data: { server: 'YQ==' } }],
        ['for ever', 'billing-taskbridge-bindings', {}, { immutable: true }],
        ['into one of no owner', 'billing-taskbridge-bindings', { ownerReferences: [] }, {}],
        ['into one of another owner', 'billing-taskbridge-bindings', { ownerReferences: [APP] }, {}],
        ['with a finalizer', 'billing-taskbridge-bindings', { finalizers: ['example.org/b'] }, {}],
        ['without its finalizer', 'billing-taskbridge-bindings', { finalizers: [] }, {}],
        ['with an annotation', 'billing-taskbridge-bindings', { annotations: TOKEN_OF }, {}],
        ['without its label', 'billing-taskbridge-bindings', { labels: {} }, {}],
      ])('are not updated by the keeper: one %s', async (_, name, metadata, more) => {
        const { status: code, body } = await update(name, metadata, more);
        expect([code, body.message]).toEqual([403, expect.stringContaining('taskbridge-secrets')]);
      });

      describe('beside a build', () => {
        const of = (name: string) => as('keeper').delete(`${objectPath('secrets', space, name)}?dryRun=All`);

        beforeAll(async () => {
          const run = {
            apiVersion: 'tekton.dev/v1',
            kind: 'PipelineRun',
            metadata: { name: 'kept' },
            spec: { status: 'PipelineRunPending', pipelineRef: { name: 'none' } },
          };
          const { uid } = (await admin().create(listPath('pipelineruns', space), run)).body.metadata;
          const ownerReferences = [{ ...RUN, name: 'kept', uid }];
          for (const [one, name] of [
            [BUILD, 'kept-taskbridge-build'],
            [EVENT, 'kept-taskbridge-event'],
          ] as const)
            await admin().create(listPath('secrets', space), changed(one, { name, ownerReferences }));
        });

        it('are deleted by the keeper where they are the build’s', async () => {
          expect(status(await of('kept-taskbridge-build'))).toBe(200);
        });

        it.each(['kept-taskbridge-event', 'theirs', 'billing-taskbridge-bindings', 'orders-binding'])(
          'are not deleted by the keeper where they are not: %s',
          async (name) => {
            const { status: code, body } = await of(name);
            expect([code, body.message]).toEqual([403, expect.stringContaining('taskbridge-secrets')]);
          },
        );
      });
    });
  });
