import { onRealCluster } from './on-cluster.ts';
import { realOnly } from './real-only.ts';
import { everySuite } from './suites.ts';
import { taskEndsOfNodes } from './task-ends.ts';
import { throttled } from './throttled.ts';

onRealCluster(everySuite, realOnly, taskEndsOfNodes, throttled);
