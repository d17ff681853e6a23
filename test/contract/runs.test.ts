import { onEmbeddedCluster } from './on-cluster.ts';
import { CONTRACT } from './suites.ts';

onEmbeddedCluster(...CONTRACT.runs);
