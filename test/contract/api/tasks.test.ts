import { onEmbeddedCluster } from '../support/on-cluster.ts';
import { longLists } from './long-lists.contract.ts';
import { API_SUITES, apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites([...API_SUITES.tasks, longLists]));
