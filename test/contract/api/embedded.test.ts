import { onEmbeddedCluster } from '../on-cluster.ts';
import { everyApiSuite } from './suites.ts';

onEmbeddedCluster(everyApiSuite);
