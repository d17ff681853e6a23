import { EMBEDDED_BUILDS } from '../../local/lifecycle/builds.ts';
import { lifecycle } from './lifecycle.ts';
import { onEmbeddedCluster } from './on-cluster.ts';

onEmbeddedCluster((target) => lifecycle(target, EMBEDDED_BUILDS));
