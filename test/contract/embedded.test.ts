import { onEmbeddedCluster } from './on-cluster.ts';
import { everySuite } from './suites.ts';

onEmbeddedCluster(everySuite);
