import { FAULTS, type Fault, isForReads } from './faults.ts';
import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import { begin, judge, type Listed, type Scenario } from './scenario.ts';
import type { World } from './world.ts';

type Broken = Case & { readonly at: string; readonly fault: Fault; readonly times: 'once' | 'always' };

/**
 * Under `always` the calls end after so many ms, not after the 25 s of a request; three tries have been made by then. A
 * busy machine may need more to come to the call.
 */
const MOST_MS = [700, 2_000, 6_000];

/** Breaks each call of each scenario in each way. */
export const breakEveryCall = (pool: Pool, scenarios: readonly Scenario[]): Promise<readonly Result[]> =>
  tryAll<Broken>(pool, scenarios, { cases: brokenCalls, run: (world, one) => run(pool, world, one) });

const brokenCalls = ({ scenario, clean, calls }: Listed): readonly Broken[] =>
  calls.flatMap(({ key: at, isRead }) =>
    FAULTS.filter((fault) => !isRead || isForReads(fault)).flatMap((fault) =>
      (['once', 'always'] as const).map((times) => {
        const name = `${scenario.name} | ${at} | ${fault.name} | ${times}`;
        return { scenario, clean, at, fault, times, name };
      }),
    ),
  );

/** Runs a case, with more time where the machine was so busy that the call did not come. */
async function run(pool: Pool, world: World, one: Broken): Promise<string | undefined> {
  for (const mostMs of MOST_MS) {
    const end = await runWithin(pool, world, one, mostMs);
    if (end !== NOT_COME) return end;
  }
  return NOT_COME;
}

const NOT_COME = 'the call did not come';

async function runWithin(
  { atWork }: Pool,
  world: World,
  { scenario, clean, at, fault, times }: Broken,
  mostMs: number,
): Promise<string | undefined> {
  await atWork(() => begin(world, scenario, clean.ready));
  world.gate.arm({ at, fault, times });
  const answer = await world.actor.call(scenario.request, times === 'always' ? { mostMs } : {});
  const { hits } = world.gate;
  world.gate.arm();
  if (hits === 0) return NOT_COME;
  if (answer.bug !== undefined) return answer.bug;
  if (times === 'once' && fault.name !== '409' && answer.what !== clean.end.answer)
    return `answered ${answer.what}, where a second try would have answered ${clean.end.answer}`;
  return atWork(() => judge(world, scenario, clean, answer.ok));
}
