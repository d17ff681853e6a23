import { shared } from './jest.config.mjs';

/**
 * `npm run test:faults`: each call broken, each process killed, each clock moved, each input mangled. A failure says
 * what to set to repeat it; the report at the end says what was tried.
 */
export default {
  ...shared,
  testMatch: ['<rootDir>/test/faults/**/*.faults.ts'],
  testTimeout: 170_000,
  reporters: ['default', '<rootDir>/tools/build/faults-report.mjs'],
};
