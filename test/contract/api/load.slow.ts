import { onEmbeddedCluster } from '../on-cluster.ts';
import { burst } from './burst.ts';
import { eventBurst } from './event-burst.ts';
import { largeLogs } from './logs.ts';
import { apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites([largeLogs, burst, eventBurst]));
