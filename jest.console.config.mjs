import { shared } from './jest.config.mjs';

/** `npm run test:console`: the console in headless Chromium, against the embedded cloud. */
export default { ...shared, testMatch: ['<rootDir>/test/console/**/*.browser.ts'] };
