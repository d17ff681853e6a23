import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LABEL } from '../../lib/platform/labels.ts';
import type { KubeObject } from '../../local/kubernetes/object.ts';
import { type Environment, startEnvironment } from './harness/environment.ts';
import { fire, RECONCILE } from './harness/requests.ts';
import { FIRE, TWO } from './harness/scenario.ts';
import { bindingSecret, DAILY, given, ORDERS, push, runJob, runTask, scheduled } from './scenarios/given.ts';

const EVENING = new Date('2026-11-24T21:20:00Z');
const HOUR_MS = 60 * 60_000;
const POLICIES = ['Always', 'Forbid', 'Replace'] as const;

/** Object as a backup keeps it: no status, no owner, no uid. */
const kept = ({ status: _, metadata: { name, labels, annotations }, ...object }: KubeObject) => ({
  ...object,
  metadata: { name, labels, annotations },
});

/** Objects of the space that Velero restores: none with its exclude label, and no pod with an owner. */
const backupOf = ({ cluster }: Environment): readonly object[] =>
  ['secrets', 'apps', 'jobs', 'pipelineruns', 'taskruns', 'pods']
    .flatMap((plural) => cluster.objects(plural))
    .filter(({ metadata }) => metadata.labels?.[LABEL.excludeFromBackup] !== 'true')
    .map(kept);

describe('a space that is restored from a backup', () => {
  let environment: Environment;

  beforeAll(async () => {
    environment = await startEnvironment();
  });

  afterAll(() => environment.stop());

  const runs = (): readonly string[] =>
    environment.cluster.objects('pipelineruns').map(({ metadata }) => metadata.name);

  async function at(moment: number, ...requests: readonly Parameters<Environment['client']['call']>[0][]) {
    environment.clock.moveTo(new Date(moment));
    for (const request of requests)
      expect(await environment.client.call(request)).toMatchObject({ ok: true });
    await environment.cluster.quiet();
  }

  it.each(POLICIES)(
    'runs nothing of what had run again, and then goes on, under %s',
    async (concurrencyPolicy) => {
      await environment.renew(EVENING, { objects: [], rules: [] });
      environment.cluster.apply(bindingSecret('orders-binding'));
      await given(environment, push(ORDERS), scheduled('nightly', DAILY, { concurrencyPolicy }));
      await at(FIRE.getTime(), fire('nightly', TWO), RECONCILE);
      await at(FIRE.getTime() + 10_000, runTask(), runJob('nightly'));
      expect(runs()).toHaveLength(3);
      for (const run of runs()) environment.cluster.end(run, 0);
      await at(FIRE.getTime() + 60_000, RECONCILE);
      const backup = backupOf(environment);

      await environment.cluster.restore([]);
      environment.cluster.apply(...backup);
      await environment.cluster.quiet();
      // The rule is still there, and its fire of two o'clock may come once more.
      for (let hour = 1; hour <= 3; hour += 1)
        await at(TWO.getTime() + hour * HOUR_MS, fire('nightly', TWO), RECONCILE);
      expect(runs()).toEqual([]);
      const [job] = environment.cluster.objects('jobs');
      const [app] = environment.cluster.objects('apps');
      expect(job?.status).toMatchObject({
        schedule: { driver: 'rules' },
        conditions: [{ type: 'Ready', status: 'True' }],
      });
      expect(app?.status).toMatchObject({ conditions: [{ type: 'BindingsReady', status: 'True' }] });

      const tomorrow = TWO.getTime() + 24 * HOUR_MS;
      await at(tomorrow + 5_000, fire('nightly', new Date(tomorrow)), fire('nightly', TWO), RECONCILE);
      expect(runs()).toEqual([`nightly-${tomorrow / 60_000}`]);
      expect(environment.orphans()).toEqual([]);
      expect(environment.bugs).toEqual([]);
    },
  );
});
