import { onEmbeddedCluster } from '../on-cluster.ts';
import { longLists } from './long-lists.ts';
import { API_SUITES, apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites([...API_SUITES.tasks, longLists]));
