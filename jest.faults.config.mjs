import { shared } from './jest.config.mjs';

/**
 * `npm run test:faults`: each call broken, each process killed, each clock moved, each input mangled. A failure says
 * what to set to repeat it; the report at the end says what was tried.
 */
export default {
  ...shared,
  testEnvironment: '<rootDir>/tools/build/own-time-environment.mjs',
  testMatch: ['<rootDir>/test/faults/**/*.faults.ts'],
  // Bounds a test that hangs; one that passes takes minutes, and many on a busy machine.
  testTimeout: 3_600_000,
  reporters: ['default', '<rootDir>/tools/build/faults-report.mjs'],
};
