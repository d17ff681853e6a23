import { onEmbeddedCluster } from '../support/on-cluster.ts';
import { burst } from './burst.contract.ts';
import { eventBurst } from './event-burst.contract.ts';
import { flood } from './flood.contract.ts';
import { largeLists } from './large-lists.contract.ts';
import { largeLogs } from './long-logs.contract.ts';
import { API_SUITES, apiSuites } from './suites.ts';

onEmbeddedCluster(apiSuites([...API_SUITES.load, largeLogs, largeLists, burst, eventBurst, flood]));
