import { readFile } from 'node:fs/promises';

/** Minimum of requests, and of successful responses for each operation. */
const LEAST_REQUESTS = 2_000;
const LEAST_ANSWERED = 20;

/** @param {string} path */
const read = (path) => readFile(path, 'utf8');

const [, , answersFile = '', documentFile = ''] = process.argv;
const answers = (await read(answersFile))
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const { paths } = JSON.parse(await read(documentFile));
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

const rows = operations.map(({ operationId }) => {
  const statuses = answers.filter(({ operation }) => operation === operationId).map(({ status }) => status);
  const answered = statuses.filter((status) => status >= 200 && status < 300).length;
  return { operation: operationId, requests: statuses.length, answered };
});
console.table(rows);

const few = rows.filter(({ answered }) => answered < LEAST_ANSWERED).map(({ operation }) => operation);
const faults = answers.filter(({ status }) => status >= 500).length;
console.log(`${answers.length} requests, ${faults} answered with 5xx`);
if (few.length > 0) console.log(`Fewer than ${LEAST_ANSWERED} answers 2xx: ${few.join(', ')}`);
process.exitCode = few.length > 0 || faults > 0 || answers.length < LEAST_REQUESTS ? 1 : 0;
