import { readFile } from 'node:fs/promises';

/** Minimum of requests, and of successful responses for each operation; one without input has few cases. */
const LEAST_REQUESTS = 2_000;
const LEAST_ANSWERED = 20;
const LEAST_WITHOUT_INPUT = 2;

/** @param {string} path */
const read = (path) => readFile(path, 'utf8');

const [, , answersFile = '', documentFile = ''] = process.argv;
const answers = (await read(answersFile))
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const { paths } = JSON.parse(await read(documentFile));
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

const rows = operations.map(({ operationId, parameters = [], requestBody }) => {
  const least = parameters.length > 0 || requestBody ? LEAST_ANSWERED : LEAST_WITHOUT_INPUT;
  const statuses = answers.filter(({ operation }) => operation === operationId).map(({ status }) => status);
  const answered = statuses.filter((status) => status >= 200 && status < 300).length;
  return { operation: operationId, requests: statuses.length, answered, least };
});
console.table(rows);

const few = rows.filter(({ answered, least }) => answered < least).map(({ operation }) => operation);
const faults = answers.filter(({ status }) => status >= 500).length;
console.log(`${answers.length} requests, ${faults} answered with 5xx`);
if (few.length > 0) console.log(`Too few answers 2xx: ${few.join(', ')}`);
process.exitCode = few.length > 0 || faults > 0 || answers.length < LEAST_REQUESTS ? 1 : 0;
