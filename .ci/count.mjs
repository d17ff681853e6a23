import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/*
 * `node count.mjs FOLDER` prints the tests that failed, with the first lines of why, and "N passed, N failed" for jest's
 * results in the folder and its list of steps. It exits with 1 when anything failed. A step without test results counts only if it failed; so does one whose tests all passed,
 * and one that failed before its tests.
 */
const [folder = '.'] = process.argv.slice(2);
const results = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const sum = (of) => results.reduce((total, one) => total + of(one), 0);

const FIRST_LINES = 12;
for (const { name, message, assertionResults } of results.flatMap(({ testResults }) => testResults)) {
  const failures = assertionResults.filter(({ status }) => status === 'failed');
  for (const { fullName, failureMessages } of failures)
    print(`${relative('.', name)}: ${fullName}`, failureMessages.join('\n'));
  if (failures.length === 0 && assertionResults.length === 0) print(relative('.', name), message);
}

/** @param {string} title @param {string} why */
function print(title, why) {
  console.log(
    `\nFAILED ${title}\n${stripVTControlCharacters(why).split('\n').slice(0, FIRST_LINES).join('\n')}\n`,
  );
}

const steps = readFileSync(join(folder, 'steps'), 'utf8').match(/\tFAILED\t/g)?.length ?? 0;
const passed = sum(({ numPassedTests }) => numPassedTests);
const failed = steps + sum((one) => one.numFailedTests + one.numRuntimeErrorTestSuites);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
