import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { toPipelineRun } from '../../lib/tasks/pipeline-run.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import { isActive, type Task, toTask } from '../../lib/tasks/task.ts';
import { eventually } from '../support/eventually.ts';
import { POD_MS } from '../support/runs.ts';
import { TEKTON_NAMES } from '../support/task-situations.ts';
import type { Target } from './support/target.ts';

const MI = 1024 ** 2;

/** A node starts a pod in seconds, tries an image again after half a minute, and looks at its disks now and then. */
const NOW = new Date('2026-11-24T21:00:00.250Z');

type Sample = {
  readonly spec?: AppSpec;
  readonly command?: string;
  /** Cancelled as soon as it has this reason. */
  readonly cancelledWhen?: string;
  readonly ends: readonly [state: Task['state'], reason?: string | undefined, exitCode?: number];
  readonly says?: RegExp;
};

const NO_SECRET = [{ name: 'orders', secretName: 'none' }];
const NO_CONFIG = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'a' } } }];

/** Apps by name, with the expected end of their task. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  succeeding: { ends: ['succeeded', undefined, 0] },
  failing: { command: 'exit 7', ends: ['failed', 'Error', 7], says: /^The command failed: exit code 7\.$/ },
  killed: {
    command: 'kill -9 $$',
    ends: ['failed', 'Error', 255],
    says: /: exit code 255, or ended by a signal\.$/,
  },
  'no-program': { spec: { entrypoint: ['/no/such/program'] }, ends: ['failed', 'Error', 1] },
  'no-config': {
    spec: { env: NO_CONFIG },
    ends: ['failed', 'CreateContainerConfigError'],
    says: /^Its container could not be configured: configmap "none" not found\.$/,
  },
  'too-long': {
    spec: { taskTimeout: 3 },
    command: 'exec sleep 600',
    ends: ['timedOut', 'Timeout'],
    says: /^It did not end within its time limit: 3s\./,
  },
  'too-long-waiting': {
    spec: { services: NO_SECRET, taskTimeout: 3 },
    ends: ['timedOut', 'Timeout'],
    says: /^It did not end within its time limit: 3s\.(?: Its pod has not started\.)?$/,
  },
  'cancelled-waiting': {
    spec: { services: NO_SECRET },
    cancelledWhen: 'Pending',
    ends: ['cancelled', 'Cancelled'],
    says: /^It was terminated\.$/,
  },
};

/** The same of what only a node with limits and a runtime that pulls images can do. */
const SAMPLES_OF_NODES: Readonly<Record<string, Sample>> = {
  greedy: {
    spec: { resources: { memory: 16 * MI } },
    command: 'exec dd if=/dev/zero of=/dev/null bs=200M count=1',
    ends: ['failed', 'OOMKilled', 137],
    says: /^It needed more memory than its limit\.$/,
  },
  full: {
    spec: { resources: { disk: 8 * MI } },
    command: 'dd if=/dev/zero of=/file bs=1M count=40; exec sleep 600',
    ends: ['failed', 'Evicted'],
    says: /^Its node evicted it: Pod ephemeral local storage usage exceeds/,
  },
  'no-image': {
    spec: { image: 'taskbridge.local/nobody:1' },
    ends: ['failed', 'ImagePullFailed'],
    says: /^The image could not be pulled: .*taskbridge.local\/nobody:1/,
  },
  'too-big': {
    spec: { resources: { cpu: 5_000_000 }, taskTimeout: 5 },
    ends: ['timedOut', 'Timeout'],
    says: /^It did not end within its time limit: 5s\.(?: No node has enough .*)?$/,
  },
  'too-big-cancelled': {
    spec: { resources: { cpu: 5_000_000 } },
    cancelledWhen: 'Unschedulable',
    ends: ['cancelled', 'Cancelled'],
    says: /^It was terminated\.$/,
  },
};

/** State, reason, exit code and message of tasks, which are the same on each Tekton. The tasks start together. */
const endsOf = (title: string, samples: typeof SAMPLES) => (target: () => Target) =>
  describe(title, () => {
    const ends = new Map<string, Promise<Task>>();

    beforeAll(async () => {
      const space = await target().openSpace();
      const { url, ca, token, image } = target();
      const connection = (identity: 'runner' | 'keeper') =>
        createClient({ endpoint: url, tls: { ca }, token: async () => token(identity) });
      const apps = kubernetesApps(connection('keeper'));
      const runs = kubernetesRuns(connection('runner'));
      const order = { id: 'ends', requestedBy: 'ada', requestedAt: NOW, nonce: 'ends' };

      const until = (name: string, is: (task: Task, isOver: boolean) => boolean, what: string) =>
        eventually(
          async () => {
            const run = await runs.get(space, name);
            const [taskRun] = await runs.taskRuns(space, [run]);
            const task = toTask(run, taskRun);
            return is(task, !isActive(run)) ? task : undefined;
          },
          { withinMs: POD_MS, what: `${name}: ${what}` },
        );

      for (const [name, { spec, command = 'true', cancelledWhen }] of Object.entries(samples)) {
        const { app } = await apps.put(space, name, { image, ...spec }, 'nonce');
        const run = toPipelineRun({ ...order, app, command });
        await runs.create(run);
        const end = async () => {
          if (cancelledWhen !== undefined) {
            await until(run.metadata.name, ({ reason }) => reason === cancelledWhen, cancelledWhen);
            await runs.cancel(space, run.metadata.name);
          }
          return until(run.metadata.name, (_, isOver) => isOver, 'its end');
        };
        ends.set(name, end());
      }
      await Promise.allSettled(ends.values());
    }, 2 * POD_MS);

    it.each(Object.entries(samples))('%s', async (name, sample) => {
      const task = await ends.get(name);
      expect([task?.state, task?.reason, task?.exitCode]).toEqual([...sample.ends, ...NOTHING].slice(0, 3));
      expect(task?.message ?? '').toMatch(sample.says ?? /^/);
      expect(task?.message ?? '').not.toMatch(TEKTON_NAMES);
    });
  });

const NOTHING = [undefined, undefined];

export const taskEnds = endsOf('ends of tasks', SAMPLES);
export const taskEndsOfNodes = endsOf('ends of tasks by their nodes', SAMPLES_OF_NODES);
