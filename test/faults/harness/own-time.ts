import { startOwnTime } from '../../../tools/build/own-time.mjs';

/* Imported first by each process of the fault suites, before anything keeps a timer. */
startOwnTime(globalThis);
