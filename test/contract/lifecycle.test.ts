import { EMBEDDED_BUILDS } from '../../local/lifecycle/builds.ts';
import { lifecycle } from './lifecycle.contract.ts';
import { onEmbeddedCluster } from './support/on-cluster.ts';

onEmbeddedCluster((target) => lifecycle(target, EMBEDDED_BUILDS));
