/** @type {import('jest').Config} */
export const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/build/jest-transform.mjs' },
  moduleNameMapper: {
    '^@kubernetes/client-node$': '<rootDir>/.build/client-node.mjs',
    '^cron-parser$': '<rootDir>/.build/cron-parser.mjs',
  },
  testSequencer: '<rootDir>/tools/build/jest-sequencer.mjs',
  globalSetup: '<rootDir>/tools/build/jest-setup.mjs',
  modulePathIgnorePatterns: ['<rootDir>/.build/', '<rootDir>/dist/', '<rootDir>/.serverless/'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 2,
  // A worker is replaced between two files: what jest keeps of each file makes the next ones slower, by a sixth of the whole.
  workerIdleMemoryLimit: '400MB',
  // On a busy machine Node takes more than jest's half a second to free its memory.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 120_000,
};

/**
 * `npm test`: everything that needs Node alone. The suites of test/contract run on the embedded cloud. One worker more than
 * the cores of a small machine: those that wait for a task leave theirs to the others.
 */
export default { ...shared, testMatch: ['<rootDir>/test/**/*.test.ts'], maxWorkers: 3 };
