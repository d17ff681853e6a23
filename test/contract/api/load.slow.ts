import { onEmbeddedCluster } from '../on-cluster.ts';
import { crowd } from './crowd.ts';
import { eventCrowd } from './event-crowd.ts';
import { largeLogs } from './logs.ts';
import { apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites([largeLogs, crowd, eventCrowd]));
