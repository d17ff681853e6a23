import type { Environment } from './environment.ts';
import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import { RECONCILE, type Request } from './requests.ts';
import { begin, check, type Listed, type Scenario } from './scenario.ts';

type Held = Case & { readonly at: string; readonly meanwhile: readonly Request[]; readonly later: boolean };

/** Pause of a stalled function, in ms: long enough that the next reconcile takes over its lease. */
const STILL_MS = 2 * 60_000;

/**
 * Holds each call of each scenario between its effect and its answer, until others have done the same: a reconcile, in
 * the same minute and two minutes later, and for a fire another one of the same minute.
 */
export const overlapAtEveryCall = (pool: Pool, scenarios: readonly Scenario[]): Promise<readonly Result[]> =>
  tryAll<Held>(pool, scenarios, { cases: heldCalls, run: (environment, one) => run(pool, environment, one) });

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
  environment: Environment,
  { scenario, clean, at, meanwhile, later }: Held,
): Promise<string | undefined> {
  return atWork(async () => {
    await begin(environment, scenario, clean.ready);
    environment.proxy.arm({
      ...{ at, hold: 'after' },
      meanwhile: async () => {
        if (later) environment.clock.moveTo(new Date(environment.clock.now().getTime() + STILL_MS));
        for (const request of meanwhile) await environment.other.call(request);
        await environment.cluster.quiet();
      },
    });
    const answer = await environment.client.call(scenario.request);
    const { hits } = environment.proxy;
    environment.proxy.arm();
    if (hits === 0) return 'the call did not come';
    if (answer.bug !== undefined) return answer.bug;
    return check(environment, scenario, clean, answer.ok, clean.reconciledFirst);
  });
}
