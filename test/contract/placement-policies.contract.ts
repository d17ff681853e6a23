import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { withValue } from '../support/with-value.ts';
import { POD } from './support/forged-runs.ts';
import { openPolicedSpace, type PolicedSpace, refusalOf } from './support/policed-space.ts';
import type { Target } from './support/target.ts';

type Placement = NonNullable<AppSpec['placement']>;
type Resources = NonNullable<AppSpec['resources']>;
type Row = [what: string, placement: Placement, resources?: Resources];
type Refused = [what: string, placement: Placement, words: string, resources?: Resources];

const TOLERATION = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;
const ANY_SPOT = { key: 'spot', operator: 'Exists', effect: 'NoSchedule' } as const;
const LIMIT = 'spec/pipelineSpec/tasks/0/taskSpec/steps/0/computeResources/limits/nvidia.com~1gpu';

/** Placement of runs by the annotations of their namespace. The embedded cluster evaluates no CEL. */
export const placementPolicies = (target: () => Target) =>
  describe('the policies and the placement of runs', () => {
    let of: PolicedSpace;
    const placed = (placement: AppSpec['placement'], resources: AppSpec['resources'] = {}) =>
      of.task('placed', undefined, { placement, resources });

    beforeAll(async () => {
      of = await openPolicedSpace(target());
      await of.annotate({
        'taskbridge.dev/node-selector': 'pool=batch, kubernetes.io/arch',
        'taskbridge.dev/tolerations': 'dedicated=gpu:NoSchedule,spot:NoSchedule',
        'taskbridge.dev/priority-classes': 'batch',
        'taskbridge.dev/runtime-classes': 'gvisor',
        'taskbridge.dev/gpu': 'nvidia.com/gpu=2',
      });
      await of.answered(placed({ nodeSelector: { pool: 'batch' } }), 201);
    });

    it.each<Row>([
      ['a label', { nodeSelector: { pool: 'batch' } }],
      ['any value of a label', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }],
      ['a toleration', { tolerations: [TOLERATION] }],
      ['a toleration of one value of any', { tolerations: [{ ...ANY_SPOT, operator: 'Equal', value: 'x' }] }],
      ['a toleration of any value', { tolerations: [ANY_SPOT] }],
      ['a priority class', { priorityClassName: 'batch' }],
      ['a runtime class', { runtimeClassName: 'gvisor' }],
      ['GPUs', {}, { gpu: 2 }],
    ])(
      'let %s through that the namespace allows',
      async (_: string, placement: Placement, resources: Resources = {}) => {
        const { status, text } = await of.dryRun(placed(placement, resources), 'runner');
        expect({ status, text }).toMatchObject({ status: 201 });
      },
    );

    it.each<Refused>([
      [
        'another value of a label',
        { nodeSelector: { pool: 'web' } },
        'may have the node selectors [pool=batch,',
      ],
      ['another label', { nodeSelector: { pool: 'batch', zone: 'a' } }, 'may have the node selectors ['],
      [
        'a toleration of another value',
        { tolerations: [{ ...TOLERATION, value: 'x' }] },
        'the tolerations [',
      ],
      ['a toleration of no value', { tolerations: [{ ...TOLERATION, value: '' }] }, 'the tolerations ['],
      [
        'a toleration of any value',
        { tolerations: [{ ...ANY_SPOT, key: 'dedicated' }] },
        'the tolerations [',
      ],
      ['another effect', { tolerations: [{ ...ANY_SPOT, effect: 'NoExecute' }] }, 'the tolerations ['],
      [
        'another priority class',
        { priorityClassName: 'system-node-critical' },
        'the priority classes [batch]',
      ],
      ['another runtime class', { runtimeClassName: 'weak' }, 'the runtime classes [gvisor]'],
      ['more GPUs', {}, 'the GPUs [nvidia.com/gpu=2]', { gpu: 3 }],
    ])('refuse %s', async (_: string, placement: Placement, words: string, resources: Resources = {}) => {
      const answer = await of.dryRun(placed(placement, resources), 'runner');
      expect(refusalOf(answer)).toEqual({ status: 422, why: expect.stringContaining(words) });
    });

    it.each([
      ['a toleration of every taint', `${POD}/tolerations`, [{ operator: 'Exists' }]],
      ['a toleration without an effect', `${POD}/tolerations`, [{ key: 'spot', operator: 'Exists' }]],
      ['a toleration for a while', `${POD}/tolerations`, [{ ...ANY_SPOT, tolerationSeconds: 1 }]],
      ['a number of GPUs that is none', LIMIT, '1k'],
      ['a negative number of another resource', LIMIT.replace('nvidia', 'amd'), '-1'],
    ])('refuse %s, which no app can have', async (_, path, value) => {
      const run = withValue(placed({ tolerations: [ANY_SPOT] }, { gpu: 1 }), path, value);
      expect((await of.dryRun(run, 'runner')).status).toBe(422);
    });

    it('hold builds to it too', async () => {
      const build = (pool: string) => withValue(of.build(), `${POD}/nodeSelector`, { pool });
      expect((await of.dryRun(build('batch'))).status).toBe(201);
      expect((await of.dryRun(build('web'))).status).toBe(422);
    });

    it('let no value through after its annotation is gone', async () => {
      await of.annotate({ 'taskbridge.dev/runtime-classes': null });
      await of.answered(placed({ runtimeClassName: 'gvisor' }), 422);
    });
  });
