import { onEmbeddedCluster } from '../on-cluster.ts';
import { crowd } from './crowd.ts';
import { eventCrowd } from './event-crowd.ts';
import { largeLogs } from './logs.ts';
import { longLists } from './long-lists.ts';
import { apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites(largeLogs, longLists, crowd, eventCrowd));
