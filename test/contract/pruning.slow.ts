import { CONTRACT } from './suites.ts';
import { onEmbeddedCluster } from './support/on-cluster.ts';

onEmbeddedCluster(...CONTRACT.pruning);
