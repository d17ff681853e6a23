import { onRealCluster } from '../on-cluster.ts';
import { everyApiSuite } from './suites.ts';

onRealCluster(everyApiSuite);
