import * as v from 'valibot';
import { clusterApi } from '../test/support/cluster-api.ts';
import { app } from '../test/support/custom-resources.ts';
import { readKubeconfig } from '../test/support/kubeconfig.ts';
import { listPath } from '../test/support/paths.ts';
import { type Measure, type Round, rowOf } from './measure.ts';
import { SPEC } from './raw-post.ts';
import type { Row } from './row.ts';
import type { Bench } from './run-task.ts';

const COUNTS = [100, 300];
const LARGEST = 1_000;
const APPS = 100;

/** Repeats of the largest count, in turn with its anchor. */
const ROUNDS = 3;

const Outcome = v.object({ created: v.number(), ids: v.number(), refused: v.number() });

const GROUP = 'run-task at once';
const AIM = '×2, 2.2 requests a task, none lost';

/** Seconds for so many tasks at once: those of a curve. */
export type ConcurrentPoint = { readonly count: number; readonly rawMs: number; readonly oursMs: number };

/**
 * Concurrent requests for so many tasks, of one app and of a hundred, beside as many raw POSTs. Throws when an id is
 * given twice.
 */
export async function measureConcurrent(
  measure: Measure,
  kubeconfig: string,
  { space, appUid }: Bench,
): Promise<{ readonly rows: readonly Row[]; readonly points: readonly ConcurrentPoint[] }> {
  const admin = clusterApi(await readKubeconfig(kubeconfig));
  const one = [{ name: 'bench', uid: appUid }];
  const hundred = await Promise.all(
    Array.from({ length: APPS }, async (_, index) => {
      const { body } = await admin.create(listPath('apps', space), app(`app-${index}`, SPEC));
      return { name: body.metadata.name, uid: body.metadata.uid };
    }),
  );
  const of = async (raw: boolean, count: number, apps: typeof one): Promise<Round> => {
    const event = { raw, count, space, apps };
    const [round] = await measure({ program: 'at-once', identity: 'runner', times: 1, event });
    const outcome = v.parse(Outcome, round?.outcome);
    if (round === undefined || outcome.ids !== outcome.created)
      throw new Error(`Of ${count} tasks at once: ${JSON.stringify(outcome)}`);
    return round;
  };

  const points: ConcurrentPoint[] = [];
  const raw: Round[] = [];
  const ofOne: Round[] = [];
  const ofHundred: Round[] = [];
  for (const count of [...COUNTS, ...Array.from({ length: ROUNDS }, () => LARGEST)]) {
    const [anchor, ours] = [await of(true, count, one), await of(false, count, one)];
    points.push({ count, rawMs: anchor.ms, oursMs: ours.ms });
    if (count !== LARGEST) continue;
    raw.push(anchor);
    ofOne.push(ours);
    ofHundred.push(await of(false, count, hundred));
  }
  admin.close();
  return {
    points,
    rows: [
      rowOf(GROUP, `anchor: ${LARGEST} raw POSTs`, raw),
      { ...rowOf(GROUP, `${LARGEST} of one app`, ofOne, raw), aim: AIM },
      { ...rowOf(GROUP, `${LARGEST} of ${APPS} apps`, ofHundred, raw), aim: AIM },
    ],
  };
}
