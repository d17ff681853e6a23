import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, NAMESPACES } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';

const ALLOWED = {
  'taskbridge.dev/node-selector': 'kubernetes.io/arch=arm64, pool',
  'taskbridge.dev/tolerations': 'dedicated=gpu:NoSchedule,spot:NoExecute',
  'taskbridge.dev/priority-classes': 'batch',
  'taskbridge.dev/runtime-classes': 'gvisor',
  'taskbridge.dev/gpu': 'nvidia.com/gpu=2',
};

const SPOT = { 'taskbridge.dev/tolerations': 'spot:NoExecute' };

const PLACEMENT = {
  nodeSelector: { 'kubernetes.io/arch': 'arm64', pool: 'any' },
  tolerations: [
    { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
    { key: 'spot', operator: 'Exists', effect: 'NoExecute' },
  ],
  priorityClassName: 'batch',
  runtimeClassName: 'gvisor',
};

/** Placement of apps, by the annotations of their space. */
export const placement = (api: () => Api): void => {
  describe('the placement of an app', () => {
    let space: string;
    const push = (body: object) => api().push(space, 'placed', body);
    const allow = async (annotations: Readonly<Record<string, string | null>>) => {
      const { status } = await api()
        .target.as('admin')
        .mergePatch(`${NAMESPACES}/${space}`, { metadata: { annotations } });
      expect(status).toBe(200);
    };

    beforeAll(async () => {
      space = await api().target.openSpace();
    });

    it.each([
      [
        { placement: { nodeSelector: { pool: 'any' } } },
        'placement.nodeSelector.pool',
        'Node selector "pool=any"',
      ],
      [
        { placement: { tolerations: PLACEMENT.tolerations.slice(0, 1) } },
        'placement.tolerations[0]',
        'Toleration "dedicated=gpu:NoSchedule"',
      ],
      [
        { placement: { priorityClassName: 'batch' } },
        'placement.priorityClassName',
        'Priority class "batch"',
      ],
      [{ placement: { runtimeClassName: 'gvisor' } }, 'placement.runtimeClassName', 'Runtime class "gvisor"'],
      [{ resources: { gpu: 1 } }, 'resources.gpu', 'nvidia.com/gpu=1'],
    ])('is refused where its space allows none: %j', async (body, field, what) => {
      const { status, body: answer } = await push(body);
      const start = `${what} is not allowed in space "${space}": its platform team allows none, by the annotation`;
      const errors = [{ field, message: expect.stringContaining(start) }];
      expect([status, answer.errors]).toEqual([422, errors]);
      const { body: apps } = await api().target.as('admin').get(listPath('apps', space));
      expect(apps.items).toEqual([]);
    });

    it('lets its tasks run on nodes that have it', async () => {
      await allow({ 'taskbridge.dev/node-selector': 'kubernetes.io/os', ...SPOT });
      const { tolerations } = PLACEMENT;
      const nodes = { nodeSelector: { 'kubernetes.io/os': 'linux' }, tolerations: tolerations.slice(1) };
      expect((await api().push(space, 'on-linux', { placement: nodes })).status).toBe(201);
      const path = `/v1/spaces/${space}/apps/on-linux/tasks`;
      const started = await eventually(
        async () => {
          const answer = await api().call('POST', path, { command: 'true' });
          return answer.status === 201 ? answer.body : undefined;
        },
        { withinMs: 100_000, what: 'the policies to see the annotations' },
      );
      const { state } = await api().until(space, started.name, 'succeeded', 'failed');
      expect(state).toBe('succeeded');
    });

    it('is that of its runs where the space allows it, and no more', async () => {
      await allow(ALLOWED);
      const pushed = await push({ placement: PLACEMENT, resources: { memory: '64Mi', gpu: 2 } });
      expect(pushed).toMatchObject({ status: 201, body: { placement: PLACEMENT, resources: { gpu: 2 } } });

      const tooMuch = { tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }] };
      const { status, body } = await push({ placement: tooMuch, resources: { gpu: 3 } });
      expect([status, body.errors]).toEqual([
        422,
        [
          {
            field: 'placement.tolerations[0]',
            message: expect.stringContaining('allows dedicated=gpu:NoSchedule, spot:NoExecute, by'),
          },
          { field: 'resources.gpu', message: expect.stringContaining('allows nvidia.com/gpu=2, by') },
        ],
      ]);
      const shown = await api().call('GET', `/v1/spaces/${space}/apps/placed`);
      expect(shown.body.placement).toEqual(PLACEMENT);
      await allow(Object.fromEntries(Object.keys(ALLOWED).map((key) => [key, null])));
    });
  });
};
