import { portOfJobs } from '../contract/port-jobs.contract.ts';
import { appOf, memoryPorts } from './memory-ports.ts';

const app = appOf('billing');
const { jobs } = memoryPorts({ apps: [app] });

portOfJobs(() => ({ app, jobs }));
