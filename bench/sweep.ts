import { startEmbeddedEventBridge } from '../local/embedded-eventbridge.ts';
import { makeJobs } from './many-jobs.ts';
import { rowOf, withMeasure } from './measure.ts';
import type { Row } from './row.ts';
import type { Bench } from './run-task.ts';

const JOBS = 10_000;

/** Rounds of one process: the first finds one job of a hundred due, in the others hardly a minute has passed. */
const ROUNDS = 4;

const GROUP = 'reconcile of 10,000 jobs';
const AIM = '3000 ms, 512 MB';

/** No rules: the sweep drives each job, and the numbers are the cluster's. */
const NO_RULES = { TASKBRIDGE_MAX_RULES: '0' };

/** One reconcile of 10,000 jobs in a process of its own, beside a plain list of all of them in another. */
export async function measureSweep(
  root: string,
  kubeconfig: string,
  benches: readonly Bench[],
): Promise<Row[]> {
  const [bench] = benches;
  if (bench === undefined) throw new Error('There is no space for the jobs.');
  const eventBridge = await startEmbeddedEventBridge({ invoke: async () => {}, onError: () => {} });
  try {
    return await withMeasure(root, bench.access, eventBridge.url, async (measure) => {
      await makeJobs(kubeconfig, benches, JOBS);
      const event = { paths: ['/apis/taskbridge.dev/v1alpha1/jobs'] };
      const list = await measure({ program: 'list-all', identity: 'keeper', times: ROUNDS, event });
      const [first, ...others] = await measure({
        program: 'reconcile',
        identity: 'keeper',
        times: ROUNDS,
        environment: NO_RULES,
      });
      return [
        rowOf(GROUP, 'anchor: one list of all jobs', list),
        ...(first === undefined
          ? []
          : [{ ...rowOf(GROUP, 'first round, 1 % due', [first], list), aim: AIM }]),
        { ...rowOf(GROUP, `${others.length} more rounds`, others, list), aim: AIM },
      ];
    });
  } finally {
    await eventBridge.stop();
  }
}
