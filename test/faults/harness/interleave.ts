import type { Environment } from './environment.ts';
import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import { begin, type Listed, repair, type Scenario } from './scenario.ts';
import { difference, isSame } from './state.ts';

type Interleaved = Case & { readonly at: string; readonly other: Scenario };

/**
 * Holds each call of each request between its effect and its answer, until another request about the same job was
 * answered. Which of the two wins is open; nothing belongs to nobody then, and the reconcile has come to rest.
 */
export const crossAtEveryCall = (pool: Pool, scenarios: readonly Scenario[]): Promise<readonly Result[]> =>
  tryAll<Interleaved>(pool, scenarios, {
    cases: ({ scenario, clean, calls }: Listed) =>
      calls.flatMap(({ key: at }) =>
        scenarios.map((other) => {
          const name = `${scenario.name} | ${at} | ${other.name}`;
          return { scenario, clean, at, other, name };
        }),
      ),
    run: (environment, one) => pool.atWork(() => run(environment, one)),
  });

async function run(
  environment: Environment,
  { scenario, clean, at, other }: Interleaved,
): Promise<string | undefined> {
  const bugs: string[] = [];
  await begin(environment, scenario, clean.ready);
  environment.proxy.arm({
    ...{ at, hold: 'after' },
    meanwhile: async () => {
      const { bug } = await environment.other.call(other.request);
      bugs.push(...(bug === undefined ? [] : [bug]));
      await environment.cluster.quiet();
    },
  });
  const { bug } = await environment.client.call(scenario.request);
  const { hits } = environment.proxy;
  environment.proxy.arm();
  if (hits === 0) return 'the call did not come';
  if (bug !== undefined) return bug;

  const first = await repair(environment, { rounds: 2 });
  const orphan = first.find((line) => line.startsWith("nobody's"));
  if (bugs.length > 0 || environment.bugs.length > 0) return [...bugs, ...environment.bugs].join('\n');
  if (orphan !== undefined) return orphan;
  const second = await repair(environment);
  return isSame(first, second) ? undefined : `no rest:\n${difference(second, first)}`;
}
