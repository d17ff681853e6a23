import { shared } from './jest.config.mjs';

/** `npm run test:monitoring`: the alerts by promtool, Argo CD's health checks by Lua. Needs promtool and lua5.1. */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.monitoring.ts'] };
