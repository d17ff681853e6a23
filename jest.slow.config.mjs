import { shared } from './jest.config.mjs';

/**
 * `npm run test:slow`: crowds of requests and events, the packaged stack and its zips, a simulated day, functions and starts
 * that are killed, the ports to AWS, command lines of many processes. They need Node alone too.
 */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.slow.ts'], testTimeout: 300_000 };
