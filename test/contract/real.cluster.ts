import { realOnly } from './real-only.contract.ts';
import { CONTRACT } from './suites.ts';
import { onRealCluster } from './support/on-cluster.ts';
import { taskEndsOfNodes } from './task-ends.contract.ts';
import { throttled } from './throttled.contract.ts';

onRealCluster(...Object.values(CONTRACT).flat(), realOnly, taskEndsOfNodes, throttled);
