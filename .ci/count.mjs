import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `node count.mjs FOLDER` prints "N passed, N failed" for jest's results in the folder and its list of steps, and exits
 * with 1 when anything failed. A step without test results counts only if it failed; so does one whose tests all passed,
 * and one that failed before its tests.
 */
const [folder = '.'] = process.argv.slice(2);
const results = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const sum = (of) => results.reduce((total, one) => total + of(one), 0);

const steps = readFileSync(join(folder, 'steps'), 'utf8').match(/\tFAILED\t/g)?.length ?? 0;
const passed = sum(({ numPassedTests }) => numPassedTests);
const failed = steps + sum((one) => one.numFailedTests + one.numRuntimeErrorTestSuites);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
