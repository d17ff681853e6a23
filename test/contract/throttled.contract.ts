import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { kubernetesRuns } from '../../lib/tasks/repository.ts';
import type { RunTaskPorts } from '../../lib/tasks/run.ts';
import { runTask } from '../../lib/tasks/run.ts';
import type { ClusterApi } from '../support/cluster-api.ts';
import { app } from '../support/custom-resources.ts';
import { eventually } from '../support/eventually.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { withoutWebhooks } from '../support/past-runs.ts';
import { listPath } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const FLOW_CONTROL = '/apis/flowcontrol.apiserver.k8s.io/v1';

/** One share of all is a seat or a few; what finds none free is refused at once. */
const LIMITED = { lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } };

/** Concurrent calls; each takes two requests. */
const BURST = 10;

/** Time limit of a request behind API Gateway, in ms; SHORT_MS is less. */
const GATEWAY_MS = 25_000;
const SHORT_MS = 1_000;

/**
 * An API server whose priority and fairness give the runner in one space few seats, or none, and answer 429 to all who
 * find none free. The embedded cluster has no such levels.
 */
export const throttled = (target: () => Target) =>
  describe('an API server that throttles', () => {
    const name = `taskbridge-contract-${randomBytes(4).toString('hex')}`;
    const level = `${FLOW_CONTROL}/prioritylevelconfigurations`;
    const schema = `${FLOW_CONTROL}/flowschemas`;
    const admin = () => target().as('admin');
    let space = '';

    const ports = (withinMs: number): RunTaskPorts => {
      const { url, ca, token } = target();
      const options = { endpoint: url, tls: { ca }, token: async () => token('runner') ?? '' };
      const connection = createClient(options).withDeadline(withinMs);
      return {
        ...memoryPorts(),
        apps: kubernetesApps(connection),
        runs: kubernetesRuns(connection),
        random: randomBytes,
        now: () => new Date(),
      };
    };

    const ask = ({ apps, runs, ...rest }: RunTaskPorts) =>
      runTask({ ...rest, apps, runs }, { space, app: 'billing', command: 'true', requestedBy: 'contract' });

    const made = async (): Promise<readonly string[]> => {
      const { body } = await admin().get(listPath('pipelineruns', space));
      return body.items.map(({ metadata }) => metadata.name);
    };

    const rejected = async (): Promise<number> => {
      const { text } = await admin().get('/metrics');
      const counts = text.matchAll(
        new RegExp(`^apiserver_flowcontrol_rejected_requests_total\\{.*${name}.*\\} (\\d+)$`, 'gm'),
      );
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    };

    beforeAll(async () => {
      space = await target().openSpace();
      await withoutWebhooks(admin(), space);
      await expectStatus(
        201,
        admin().create(listPath('apps', space), app('billing', { image: target().image })),
      );
      const kind = (one: string) => ({
        apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
        kind: one,
        metadata: { name },
      });
      const spec = { type: 'Limited', limited: { ...LIMITED, nominalConcurrencyShares: 1 } };
      await expectStatus(201, admin().create(level, { ...kind('PriorityLevelConfiguration'), spec }));
      const resourceRules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: [space] }];
      const runner = { kind: 'ServiceAccount', serviceAccount: { namespace: 'taskbridge', name: 'runner' } };
      await expectStatus(
        201,
        admin().create(schema, {
          ...kind('FlowSchema'),
          spec: {
            priorityLevelConfiguration: { name },
            matchingPrecedence: 500,
            rules: [{ subjects: [runner], resourceRules }],
          },
        }),
      );
      await eventually(
        async () => {
          const lists = Array.from({ length: BURST }, () =>
            target().as('runner').get(listPath('pipelineruns', space)),
          );
          return (await Promise.all(lists)).some(({ status }) => status === 429) ? true : undefined;
        },
        { what: 'a list that is refused for want of a seat' },
      );
    });

    afterAll(async () => {
      await expectStatus(200, admin().delete(`${schema}/${name}`));
      await expectStatus(200, admin().delete(`${level}/${name}`));
    });

    it('for longer than there is time is out of reach, and what was started is there', async () => {
      const shared = ports(SHORT_MS);
      const started: string[] = [];
      // A machine that is busy may send a burst so slowly that the server refuses none of it.
      const reasons = await eventually(
        async () => {
          const all = await Promise.allSettled(Array.from({ length: BURST }, () => ask(shared)));
          started.push(...all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.task.name] : [])));
          const rejections = all.filter(({ status }) => status === 'rejected');
          return rejections.length > 0 ? rejections : undefined;
        },
        { what: 'a burst of which some is out of reach' },
      );
      for (const one of reasons) {
        expect(one).toMatchObject({
          reason: { kind: 'unavailable', message: expect.stringContaining('The cluster is out of reach') },
        });
      }
      expect(await made()).toEqual(expect.arrayContaining(started));
    });

    it('a burst is retried to its end: no task is lost or created twice', async () => {
      const [before, rejectedBefore] = [await made(), await rejected()];
      const shared = ports(GATEWAY_MS);
      const started = await Promise.all(Array.from({ length: BURST }, () => ask(shared)));
      expect(await rejected()).toBeGreaterThan(rejectedBefore);
      const names = started.map(({ task }) => task.name);
      expect(new Set(names).size).toBe(BURST);
      expect((await made()).toSorted()).toEqual([...before, ...names].toSorted());
    });
  });

async function expectStatus(wanted: number, sent: ReturnType<ClusterApi['send']>): Promise<void> {
  const { status, text } = await sent;
  if (status !== wanted) throw new Error(`${status} in place of ${wanted}: ${text}`);
}
