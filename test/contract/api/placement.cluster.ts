import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { eventually } from '../../support/eventually.ts';
import { NAMESPACES } from '../../support/paths.ts';
import { type Api, startApi } from '../support/api.ts';
import { onRealCluster } from '../support/on-cluster.ts';
import type { Target } from '../support/target.ts';

const LABEL = 'placement-test.example/pool';
const TAINT = { key: 'placement-test.example/dedicated', value: 'batch', effect: 'NoSchedule' } as const;
const GPU = 'nvidia.com/gpu';
const TOLERATED = { tolerations: [TAINT] };

const Node = v.object({
  spec: v.object({ taints: v.optional(v.array(v.looseObject({ key: v.string() })), []) }),
});
const Nodes = v.object({ items: v.array(v.object({ metadata: v.object({ name: v.string() }) })) });

/** Longest time until the scheduler's words are in the status of a TaskRun, or a pod has run. */
const POD_MS = 240_000;

/** Tasks on a node with a label, a taint and GPUs, which the suite takes away again. */
const placedTasks = (target: () => Target) =>
  describe('a task on a node with a label, a taint and GPUs', () => {
    let api: Api;
    let space: string;
    let node: string;
    const admin = () => target().as('admin');

    /** Patches the node. Its taints are those that it had, and ours or not. */
    const taintNode = async (isTainted: boolean): Promise<void> => {
      const { spec } = v.parse(Node, (await admin().get(node)).body);
      const others = spec.taints.filter(({ key }) => key !== TAINT.key);
      const answers = [
        await admin().mergePatch(node, {
          metadata: { labels: { [LABEL]: isTainted ? 'batch' : null } },
          spec: { taints: isTainted ? [...others, TAINT] : others },
        }),
        await admin().mergePatch(`${node}/status`, {
          status: { capacity: { [GPU]: isTainted ? '1' : null } },
        }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    };

    const start = async (app: string, spec: object): Promise<string> => {
      const pushed = await api.push(space, app, spec);
      expect([pushed.status, pushed.body.errors]).toEqual([201, undefined]);
      const { status, body } = await api.call('POST', `/v1/spaces/${space}/apps/${app}/tasks`, {
        command: 'echo placed',
      });
      expect([status, body.detail]).toEqual([201, undefined]);
      return body.name;
    };
    const waits = (task: string) =>
      eventually(
        async () => {
          const { body } = await api.call('GET', `/v1/spaces/${space}/tasks/${task}`);
          return body.reason === 'Unschedulable' ? body : undefined;
        },
        { withinMs: POD_MS, what: `${task} to be unschedulable` },
      );

    beforeAll(async () => {
      api = await startApi(target());
      space = await target().openSpace();
      const { items } = v.parse(Nodes, (await admin().get('/api/v1/nodes')).body);
      node = `/api/v1/nodes/${items[0]?.metadata.name}`;
      const annotations = {
        'taskbridge.dev/node-selector': LABEL,
        'taskbridge.dev/tolerations': `${TAINT.key}=${TAINT.value}:${TAINT.effect}`,
        'taskbridge.dev/gpu': `${GPU}=4`,
      };
      await admin().mergePatch(`${NAMESPACES}/${space}`, { metadata: { annotations } });
      await taintNode(true);
    });

    afterAll(async () => {
      await taintNode(false);
      await api.stop();
    });

    it('starts where it tolerates the taint and selects the label, with a GPU', async () => {
      const placement = { ...TOLERATED, nodeSelector: { [LABEL]: 'batch' } };
      const resources = { cpu: '10m', memory: '64M', disk: '64M', gpu: 1 };
      const task = await start('placed', { placement, resources });
      expect(await api.until(space, task, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded' });
    });

    it('waits where it does not tolerate the taint, and says so', async () => {
      const { state, message } = await waits(await start('plain', {}));
      expect([state, message]).toEqual([
        'pending',
        expect.stringMatching(/^Its pod has not started: 0\/1 nodes are available: .*untolerated taint/),
      ]);
    });

    it('waits where it selects another label, and says so', async () => {
      const placement = { ...TOLERATED, nodeSelector: { [LABEL]: 'other' } };
      const { message } = await waits(await start('elsewhere', { placement }));
      expect(message).toMatch(/^Its pod has not started: 0\/1 nodes are available: .*selector/);
    });

    it('waits where there are fewer GPUs than it asks for', async () => {
      const resources = { cpu: '10m', memory: '64M', disk: '64M', gpu: 4 };
      const { message } = await waits(await start('greedy', { placement: TOLERATED, resources }));
      expect(message).toBe('No node has enough free memory, disk, processor or GPU for it.');
    });

    it('is refused by the cluster after its space has lost the annotation, and nothing is left', async () => {
      await admin().mergePatch(`${NAMESPACES}/${space}`, {
        metadata: { annotations: { 'taskbridge.dev/gpu': null } },
      });
      const path = `/v1/spaces/${space}/apps/placed/tasks`;
      const refused = await eventually(
        async () => {
          const answer = await api.call('POST', path, { command: 'true' });
          return answer.status === 201 ? undefined : answer;
        },
        { withinMs: 30_000, what: 'the policy to read the namespace again' },
      );
      expect([refused.status, refused.body.detail]).toEqual([
        422,
        expect.stringContaining('taskbridge.dev/gpu'),
      ]);
    });
  });

onRealCluster(placedTasks);
