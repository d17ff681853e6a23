import { shared } from './jest.config.mjs';

/** `npm run test:simulation`: a month of many jobs, in minutes. */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.sim.ts'], testTimeout: 900_000 };
