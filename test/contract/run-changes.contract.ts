import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { listPath, objectPath } from '../support/paths.ts';
import { withValue } from '../support/with-value.ts';
import { POD } from './support/forged-runs.ts';
import { openPolicedSpace, type PolicedSpace, refusalOf } from './support/policed-space.ts';
import type { Target } from './support/target.ts';

const NOW = new Date('2026-11-24T21:00:00.250Z');

/** Changes of Tekton, Chains, Results and Kueue. */
const LATER = {
  metadata: {
    finalizers: ['chains.tekton.dev/pipelinerun', 'results.tekton.dev/pipelinerun'],
    labels: { 'tekton.dev/memberOf': 'x', 'kueue.x-k8s.io/queue-name': 'tasks' },
    annotations: { 'chains.tekton.dev/signed': 'true', 'results.tekton.dev/record': 'x' },
  },
};
const IDS = ['changed', 'admitted', 'cancelled'];

const METADATA = 'the annotations and finalizers of a run of Taskbridge stay';
const LABELS = 'the owner and the labels of a run of Taskbridge stay';
const SPEC = 'a run of Taskbridge is cancelled or admitted';

const REFUSED = [
  ['metadata/finalizers', [...LATER.metadata.finalizers, 'evil.dev/stuck'], METADATA],
  ['metadata/finalizers', [], METADATA],
  ['metadata/annotations/iam.amazonaws.com~1role', 'admin', METADATA],
  ['metadata/annotations/taskbridge.dev~1command', 'other', METADATA],
  ['metadata/annotations/chains.tekton.dev~1signed', null, METADATA],
  ['metadata/annotations/karpenter.sh~1do-not-disrupt', 'false', METADATA],
  ['metadata/labels/team', 'b', LABELS],
  ['metadata/labels/kueue.x-k8s.io~1queue-name', 'other', LABELS],
  ['metadata/labels/velero.io~1exclude-from-backup', null, LABELS],
  ['metadata/labels/taskbridge.dev~1reported', 'false', LABELS],
  ['metadata/labels/taskbridge.dev~1app', 'mail', LABELS],
  ['metadata/ownerReferences', [], LABELS],
  ['spec/status', 'StoppedRunFinally', SPEC],
  ['spec/status', 'CancelledRunFinally', SPEC],
  ['spec/managedBy', 'kueue.x-k8s.io/multikueue', SPEC],
  ['spec/timeouts/pipeline', '1h0m0s', SPEC],
  [`${POD}/priorityClassName`, 'system-node-critical', SPEC],
  ['spec/taskRunTemplate/serviceAccountName', 'deployer', SPEC],
  ['spec/taskRunSpecs', [{ pipelineTaskName: 'task' }], SPEC],
] as const;

const ACCOUNT = 'tasks may not run as the service account';
const FREE = { spec: { status: null } };
const labels = (value: string | null) => ({ labels: { 'taskbridge.dev/task-service-account': value } });

/** Policies of changes of runs, by the functions and, where a queued run is admitted, by anyone. */
export const runChanges = (target: () => Target) =>
  describe('the policies of changes', () => {
    let of: PolicedSpace;
    const admin = () => target().as('admin');
    const refused = (words: string) => ({ status: 422, why: expect.stringContaining(words) });

    beforeAll(async () => {
      of = await openPolicedSpace(target());
      for (const id of IDS) {
        await of.create(of.task(id));
        expect((await admin().mergePatch(of.pathOf(id), LATER)).status).toBe(200);
      }
    });
    // A finalizer would keep the namespace.
    afterAll(() =>
      Promise.all(IDS.map((id) => admin().mergePatch(of.pathOf(id), { metadata: { finalizers: null } }))),
    );

    it('let our own pass, after those of Tekton, Chains, Results and Kueue', async () => {
      const [runner, keeper] = [of.repository('runner'), of.repository('keeper')];
      expect(await runner.admit(of.space, 'billing-admitted', NOW)).toBe('admitted');
      await keeper.markReported(of.space, 'billing-admitted');
      expect(await keeper.cancel(of.space, 'billing-admitted', 'Replaced')).toBe('cancelling');
      expect(await runner.cancel(of.space, 'billing-cancelled', 'PendingTimeout')).toBe('cancelling');
      const { uid } = (await target().as('keeper').get(of.pathOf('cancelled'))).body.metadata;
      expect(await keeper.delete({ space: of.space, name: 'billing-cancelled', uid })).toBe('deleted');
      const { body } = await target().as('keeper').get(of.pathOf('admitted'));
      expect(body.metadata).toMatchObject(LATER.metadata);
    });

    it.each(REFUSED)('refuse the runner %s: %j', async (path, value, words) => {
      const answer = await target()
        .as('runner')
        .mergePatch(of.pathOf('changed'), withValue({}, path, value));
      expect(refusalOf(answer)).toEqual(refused(words));
    });

    describe('that admit a queued run', () => {
      const account = (name: string) => objectPath('serviceaccounts', of.space, name);
      const makeAccount = (name: string, metadata: object = {}) =>
        admin().create(listPath('serviceaccounts', of.space), { metadata: { name, ...metadata } });
      /** Waits until nobody can admit the run. */
      const untilRefused = async (id: string) => {
        const answer = await eventually(
          async () => {
            const tried = await admin().mergePatch(`${of.pathOf(id)}?dryRun=All`, FREE);
            return tried.status === 200 ? undefined : tried;
          },
          { what: 'the change of the service account to be known' },
        );
        expect(refusalOf(answer)).toEqual(refused(ACCOUNT));
      };

      it('refuse a service account that was created meanwhile without the label, by anyone', async () => {
        await of.create(of.task('later', 'later'));
        await makeAccount('later');
        await untilRefused('later');
        expect(refusalOf(await target().as('runner').mergePatch(of.pathOf('later'), FREE))).toEqual(
          refused(ACCOUNT),
        );
        const keeper = of.repository('keeper');
        await expect(keeper.admit(of.space, 'billing-later', NOW)).rejects.toThrow(ACCOUNT);
        expect(await keeper.cancel(of.space, 'billing-later', 'PendingTimeout')).toBe('cancelling');
      });

      it('refuse one that has lost its label, until it has it again', async () => {
        await makeAccount('tasks', labels('true'));
        await of.create(of.task('labelled', 'tasks'));
        await admin().mergePatch(account('tasks'), { metadata: labels(null) });
        await untilRefused('labelled');
        await admin().mergePatch(account('tasks'), { metadata: labels('true') });
        const admitted = await eventually(
          () =>
            of
              .repository('runner')
              .admit(of.space, 'billing-labelled', NOW)
              .catch(() => undefined),
          { what: 'the label to be back' },
        );
        expect(admitted).toBe('admitted');
      });
    });
  });
