import { afterAll, beforeAll } from '@jest/globals';
import { setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { clusterBuilds } from '../../../local/lifecycle/builds.ts';
import { connectRealCluster } from '../../support/real-cluster.ts';
import { type Harness, harness, type Target } from './target.ts';

/** An image of the cluster kit; the embedded cluster runs every image as this machine. */
const IMAGE = 'taskbridge.local/busybox:1';

type Suite = (target: () => Target) => void;

/** Runs suites on an embedded cluster of their own. */
export const onEmbeddedCluster = (...suites: readonly Suite[]): void =>
  onCluster(async () => {
    const { access, cluster, stop } = await setUpEmbeddedCluster();
    const [reader, runner, keeper] = await Promise.all([
      access.token('reader'),
      access.token('runner'),
      access.token('keeper'),
    ]);
    const tokens = { reader, runner, keeper, admin: cluster.admin.token };
    return {
      running: harness({
        connection: { url: access.endpoint, ca: access.ca },
        tokens,
        image: IMAGE,
        builds: access.builds,
      }),
      release: stop,
    };
  }, suites);

/** Runs suites on the cluster of KUBECONFIG; without one they fail. */
export const onRealCluster = (...suites: readonly Suite[]): void =>
  onCluster(async () => {
    const { release, ...cluster } = await connectRealCluster(process.env.KUBECONFIG);
    return { running: harness({ ...cluster, image: IMAGE, builds: clusterBuilds(process.env) }), release };
  }, suites);

type Started = { readonly running: Harness; release(): Promise<void> };

function onCluster(start: () => Promise<Started>, suites: readonly Suite[]): void {
  let started: Started | undefined;

  beforeAll(async () => {
    started = await start();
  });

  afterAll(async () => {
    try {
      await started?.running.stop();
    } finally {
      await started?.release();
    }
  });

  for (const suite of suites) {
    suite(() => {
      if (started === undefined) throw new Error('The cluster was not reached; see the first failure.');
      return started.running.target;
    });
  }
}
