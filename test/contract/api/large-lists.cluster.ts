import { onRealCluster } from '../support/on-cluster.ts';
import { largeLists } from './large-lists.contract.ts';
import { apiSuites } from './suites.ts';

onRealCluster(apiSuites([largeLists]));
