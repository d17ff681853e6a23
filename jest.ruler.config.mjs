import { shared } from './jest.config.mjs';

/** `npm run test:ruler`: the embedded event patterns against AWS's Event Ruler. Needs Maven and a JDK. */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.ruler.ts'], testTimeout: 300_000 };
