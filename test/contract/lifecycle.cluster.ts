import { describe, it } from '@jest/globals';
import { clusterBuilds } from '../../local/lifecycle/builds.ts';
import { lifecycle } from './lifecycle.contract.ts';
import { onRealCluster } from './support/on-cluster.ts';

const ground = clusterBuilds(process.env);

if (ground === undefined) {
  describe('builds by the lifecycle', () => {
    it.todo('TASKBRIDGE_CLUSTER_SUBNET is not set: this cluster has no registry and no builder');
  });
} else {
  onRealCluster((target) => lifecycle(target, ground));
}
