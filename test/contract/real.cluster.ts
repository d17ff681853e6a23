import { onRealCluster } from './on-cluster.ts';
import { realOnly } from './real-only.ts';
import { CONTRACT } from './suites.ts';
import { taskEndsOfNodes } from './task-ends.ts';
import { throttled } from './throttled.ts';

onRealCluster(...Object.values(CONTRACT).flat(), realOnly, taskEndsOfNodes, throttled);
