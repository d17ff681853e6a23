import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { clockMinutes, dueMinutes } from '../support/cron-oracle.ts';
import { BACK, BY_RULES, GONE, JOBS, jobsOfBurst, type Outage } from './harness/burst.ts';
import { reportLine } from './harness/report.ts';

const OUTAGE = fileURLToPath(new URL('harness/outage.ts', import.meta.url));

const MAX_MS = 1_800_000;
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_SECONDS = 5 * 60;

/** Concurrency of the reconcile: its units of work, and those beside them that write rules. */
const MAX_CONCURRENCY = 20 + 2;

/** Share of the writes that were refused, and for how long, as outage.ts says. */
const REFUSED = 1 / 50;
const RETRY_AFTER_MS = 1_000;

describe(`an hour without the cluster and EventBridge, with ${JOBS} scheduled jobs`, () => {
  let outage: Outage;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', '--import', 'tsx', OUTAGE],
      { maxBuffer: MAX_BYTES },
    );
    outage = JSON.parse(stdout);
  }, MAX_MS);

  it('starts no task during the outage', () => {
    expect(outage.inVain).toEqual(Array(6).fill('unavailable'));
    expect(outage.early).toBe(0);
  });

  it('gives each its one catch-up within five minutes of its end', async () => {
    const { tasks, seconds, faults, rules, rounds, requests, requestsOfRules, most } = outage;
    expect(tasks).toEqual(newestTimes());
    expect(seconds).toBeLessThan(MAX_SECONDS);
    expect({ faults, rules }).toEqual({ faults: [], rules: BY_RULES });
    await reportLine(
      'load',
      `${JOBS} jobs after an hour's outage, each with its one catch-up ${Math.round(seconds)} s after its end: ` +
        `${rounds} reconciles, ${requests} requests to the cluster, at most ${most} at once, ${requestsOfRules} to EventBridge`,
    );
  });

  it('limits its concurrent requests', () => {
    expect(outage.most).toBeGreaterThan(MAX_CONCURRENCY / 2);
    expect(outage.most).toBeLessThanOrEqual(MAX_CONCURRENCY);
    expect(outage.mostOfRules).toBeLessThanOrEqual(2);
  });

  it('retries a busy cluster after its Retry-After, spread over time', () => {
    const { waits } = outage;
    expect(waits.length).toBeGreaterThan(JOBS * REFUSED - 10);
    // Timers of Node may be a millisecond early.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(RETRY_AFTER_MS - 1);
    const late = waits.toSorted((one, other) => one - other);
    const at = (share: number): number => late[Math.floor(late.length * share)] ?? 0;
    expect(at(0.9) - at(0.1)).toBeGreaterThan(10);
  });
});

/** The newest time of the hour at which each job was due. */
function newestTimes(): Readonly<Record<string, readonly string[]>> {
  const jobs = jobsOfBurst(JOBS);
  const zones = [...new Set(jobs.map(({ timeZone }) => timeZone))];
  const clocks = new Map(zones.map((zone) => [zone, clockMinutes(zone, GONE, BACK)]));
  return Object.fromEntries(
    jobs.map(({ name, cron, timeZone }) => [
      name,
      dueMinutes(cron, clocks.get(timeZone) ?? [])
        .slice(-1)
        .map((minute) => minute.toISOString()),
    ]),
  );
}
