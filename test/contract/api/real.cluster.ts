import { onRealCluster } from '../on-cluster.ts';
import { apiSuites } from './suites.ts';

onRealCluster(apiSuites());
