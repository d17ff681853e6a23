import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import { RECONCILE, type Request } from './requests.ts';
import { begin, judge, type Listed, type Scenario } from './scenario.ts';
import type { World } from './world.ts';

type Held = Case & { readonly at: string; readonly meanwhile: readonly Request[]; readonly later: boolean };

/** How long a function that is held up stands still, in ms: the next reconcile takes its work for left. */
const STILL_MS = 2 * 60_000;

/**
 * Holds each call of each scenario between its effect and its answer, until others have done the same: a reconcile, in
 * the same minute and two minutes later, and for a fire another one of the same minute.
 */
export const overlapAtEveryCall = (pool: Pool, scenarios: readonly Scenario[]): Promise<readonly Result[]> =>
  tryAll<Held>(pool, scenarios, { cases: heldCalls, run: (world, one) => run(pool, world, one) });

function heldCalls({ scenario, clean, calls }: Listed): readonly Held[] {
  const { fn } = scenario.request;
  const others = fn === 'fire-job' ? [[scenario.request], [RECONCILE]] : [[RECONCILE]];
  return calls.flatMap(({ key: at }) =>
    others.flatMap((meanwhile) =>
      [false, true].map((later) => {
        const name = [scenario.name, at, meanwhile[0]?.fn, later ? 'later' : 'in the same minute'].join(
          ' | ',
        );
        return { scenario, clean, at, meanwhile, later, name };
      }),
    ),
  );
}

async function run(
  { atWork }: Pool,
  world: World,
  { scenario, clean, at, meanwhile, later }: Held,
): Promise<string | undefined> {
  return atWork(async () => {
    await begin(world, scenario, clean.ready);
    world.gate.arm({
      ...{ at, hold: 'after' },
      meanwhile: async () => {
        if (later) world.clock.moveTo(new Date(world.clock.now().getTime() + STILL_MS));
        for (const request of meanwhile) await world.other.call(request);
        await world.cluster.quiet();
      },
    });
    const answer = await world.actor.call(scenario.request);
    const { hits } = world.gate;
    world.gate.arm();
    if (hits === 0) return 'the call did not come';
    if (answer.bug !== undefined) return answer.bug;
    return judge(world, scenario, clean, answer.ok);
  });
}
