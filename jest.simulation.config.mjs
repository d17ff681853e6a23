import { shared } from './jest.config.mjs';

/** `npm run test:simulation`: a month of many jobs, in minutes; on a machine that has other work, in many. */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.sim.ts'], testTimeout: 3_600_000 };
