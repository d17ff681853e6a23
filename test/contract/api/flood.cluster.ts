import { onRealCluster } from '../support/on-cluster.ts';
import { flood } from './flood.contract.ts';
import { apiSuites } from './suites.ts';

onRealCluster(apiSuites([flood]));
