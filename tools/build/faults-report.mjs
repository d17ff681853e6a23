import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** Folder of the reports of the suites in test/faults. */
const REPORTS = new URL('../../.build/faults/', import.meta.url);

/** Row of a suite's report. @typedef {{ way: string, scenario: string, calls: number, cases: number, violations: number }} Row */

/** Jest reporter: prints at the end which calls of which actions were failed in which ways, and the results. */
export default class FaultsReport {
  onRunStart() {
    rmSync(REPORTS, { recursive: true, force: true });
  }

  onRunComplete() {
    const found = readReports();
    const rows = found.flatMap((one) => ('line' in one ? [] : one)).filter(({ cases }) => cases > 0);
    const lines = found.flatMap((one) => ('line' in one ? [one.line] : []));
    if (found.length === 0) return;
    const ways = [...new Set(rows.map(({ way }) => way))];
    for (const way of ways) {
      const own = rows.filter((row) => row.way === way);
      console.log(`\nCalls ${way}: ${summary(own)}.`);
      for (const { scenario, calls, cases, violations } of own)
        console.log(
          `  ${scenario}: ${calls} calls, ${cases} cases${violations === 0 ? '' : `, ${violations} WRONG`}`,
        );
    }
    for (const line of lines) console.log(`\n${line}.`);
    console.log(`\nIn all: ${[...(rows.length > 0 ? [summary(rows)] : []), ...lines].join('; ')}.`);
  }
}

/** Tables of calls, and single lines of other suites. @returns {(Row[] | { line: string })[]} */
function readReports() {
  try {
    return readdirSync(REPORTS).map((file) => JSON.parse(readFileSync(new URL(file, REPORTS), 'utf8')));
  } catch {
    return [];
  }
}

/** @param {Row[]} rows */
function summary(rows) {
  const sum = (/** @type {(row: Row) => number} */ of) => rows.reduce((total, row) => total + of(row), 0);
  const actions = new Set(rows.map(({ scenario }) => scenario.split(':')[0]));
  const wrong = sum(({ violations }) => violations);
  return (
    `${actions.size} actions in ${rows.length} situations, ${sum(({ calls }) => calls)} calls, ` +
    `${sum(({ cases }) => cases)} cases, ${wrong === 0 ? 'all with the same end' : `${wrong} with another end`}`
  );
}
