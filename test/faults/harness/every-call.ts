import type { Environment } from './environment.ts';
import { FAULTS, type Fault, isForReads } from './faults.ts';
import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import { begin, check, type Listed, type Scenario } from './scenario.ts';

type Broken = Case & { readonly at: string; readonly fault: Fault; readonly times: 'once' | 'always' };

/**
 * Under `always` the calls end after so many ms, not after the 25 s of a request; three tries have been made by then. A
 * busy machine may need more to come to the call.
 */
const MAX_MS = [700, 2_000, 6_000];

/** Breaks each call of each scenario in each way. */
export const breakEveryCall = (pool: Pool, scenarios: readonly Scenario[]): Promise<readonly Result[]> =>
  tryAll<Broken>(pool, scenarios, {
    cases: brokenCalls,
    run: (environment, one) => run(pool, environment, one),
  });

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
async function run(pool: Pool, environment: Environment, one: Broken): Promise<string | undefined> {
  for (const mostMs of MAX_MS) {
    const end = await runWithin(pool, environment, one, mostMs);
    if (end !== NOT_COME) return end;
  }
  return NOT_COME;
}

const NOT_COME = 'the call did not come';

async function runWithin(
  { atWork }: Pool,
  environment: Environment,
  { scenario, clean, at, fault, times }: Broken,
  mostMs: number,
): Promise<string | undefined> {
  await atWork(() => begin(environment, scenario, clean.ready));
  environment.proxy.arm({ at, fault, times });
  const answer = await environment.client.call(scenario.request, times === 'always' ? { mostMs } : {});
  const { hits } = environment.proxy;
  environment.proxy.arm();
  if (hits === 0) return NOT_COME;
  if (answer.bug !== undefined) return answer.bug;
  if (times === 'once' && fault.name !== '409' && answer.what !== clean.end.answer)
    return `answered ${answer.what}, where a second try would have answered ${clean.end.answer}`;
  return atWork(() => check(environment, scenario, clean, answer.ok));
}
