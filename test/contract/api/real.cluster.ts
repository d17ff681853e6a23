import { afterAll, beforeAll } from '@jest/globals';
import { connectRealCluster, type RealCluster } from '../../support/real-cluster.ts';
import { type Harness, harness, type Target } from '../target.ts';
import { everyApiSuite } from './suites.ts';

let cluster: RealCluster | undefined;
let running: Harness | undefined;

const target = (): Target => {
  if (running === undefined)
    throw new Error('The cluster of KUBECONFIG was not reached; see the first failure.');
  return running.target;
};

beforeAll(async () => {
  cluster = await connectRealCluster(process.env.KUBECONFIG);
  running = harness({ ...cluster, image: 'taskbridge.local/busybox:1' });
});

afterAll(async () => {
  await running?.stop();
  await cluster?.release();
});

everyApiSuite(target);
