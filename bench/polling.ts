import { createCredentials } from '../local/credentials.ts';
import { startEmbeddedEventBridge } from '../local/eventbridge/start.ts';
import { makeJobs } from './many-jobs.ts';
import { type Measure, rowOf, withMeasure } from './measure.ts';
import type { Row } from './row.ts';
import type { Bench } from './run-task.ts';

/** So many jobs are there when a point of the curve is measured; the rows are those of the last. */
const COUNTS = [1_000, 2_500, 5_000, 10_000];

/** Rounds of one process: the first finds one job of a hundred due, in the others hardly a minute has passed. */
const ROUNDS = 4;

/** So much later it is for each point's reconcile than for the one before: what runs each minute is due again. */
const AHEAD_MS = 90_000;

const AIM = '3000 ms, 512 MB';

/** No rules: the reconcile polls each job, and the numbers are the cluster's. */
const NO_RULES = { TASKBRIDGE_MAX_RULES: '0' };

/** A round of the reconcile over so many jobs, the first and the median of the others, and the memory of its process. */
export type SweepPoint = {
  readonly jobs: number;
  readonly firstMs: number;
  readonly laterMs: number;
  readonly readKB: number;
  readonly peakMB: number;
};

/** The reconcile of very many jobs in a process of its own, beside a plain list of all of them in another. */
export async function measureSweep(
  root: string,
  kubeconfig: string,
  benches: readonly Bench[],
): Promise<{ readonly rows: readonly Row[]; readonly points: readonly SweepPoint[] }> {
  const [bench] = benches;
  if (bench === undefined) throw new Error('There is no space for the jobs.');
  const credentials = createCredentials();
  const eventBridge = await startEmbeddedEventBridge({
    credentials,
    invoke: async () => {},
    onError: () => {},
  });
  try {
    return await withMeasure(root, bench.access, { url: eventBridge.url, credentials }, async (measure) => {
      const points: SweepPoint[] = [];
      let rows: readonly Row[] = [];
      let made = 0;
      for (const [index, jobs] of COUNTS.entries()) {
        await makeJobs(kubeconfig, benches, { from: made, to: jobs });
        made = jobs;
        const [listed, first, later] = await sweepOf(measure, jobs, (index + 1) * AHEAD_MS);
        rows = [listed, { ...first, aim: AIM }, { ...later, aim: AIM }];
        points.push({
          jobs,
          firstMs: first.median,
          laterMs: later.median,
          readKB: later.readKB ?? 0,
          peakMB: later.peakMB ?? 0,
        });
      }
      return { rows, points };
    });
  } finally {
    await eventBridge.stop();
  }
}

async function sweepOf(measure: Measure, jobs: number, aheadMs: number): Promise<readonly [Row, Row, Row]> {
  const group = `reconcile of ${jobs} jobs`;
  const event = { paths: ['/apis/taskbridge.dev/v1alpha1/jobs'] };
  const list = await measure({ program: 'list-all', identity: 'keeper', times: ROUNDS, event });
  const rounds = await measure({
    program: 'reconcile',
    identity: 'keeper',
    times: ROUNDS,
    environment: NO_RULES,
    aheadMs,
  });
  const others = rounds.slice(1);
  return [
    rowOf(group, 'anchor: one list of all jobs', list),
    rowOf(group, 'first round, 1 % due', rounds.slice(0, 1), list),
    rowOf(group, `${others.length} more rounds`, others, list),
  ];
}
