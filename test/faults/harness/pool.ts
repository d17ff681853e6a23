import pLimit from 'p-limit';
import type { AllPorts } from '../../support/memory-ports.ts';
import { type Environment, startEnvironment } from './environment.ts';
import { type Clean, type Listed, runClean, type Scenario } from './scenario.ts';

/** Environments that cases share; each runs one case after the other. */
export type Pool = {
  /** Does the work on all items. */
  spread<T, R>(
    items: readonly T[],
    work: (environment: Environment, item: T) => Promise<R>,
  ): Promise<readonly R[]>;
  /** Work that only a few environments do at once, so that no call in it waits for its timeout. */
  atWork<R>(work: () => Promise<R>): Promise<R>;
};

/** Concurrent environments whose calls a machine of two cores answers in time. */
const CONCURRENCY = 6;

/** Starts environments for some work, and stops them. `change`: mutation of all functions in them. */
export async function withEnvironments<R>(
  size: number,
  work: (pool: Pool) => Promise<R>,
  change?: (ports: AllPorts) => AllPorts,
): Promise<R> {
  const environments = await Promise.all(Array.from({ length: size }, () => startEnvironment(change)));
  const limit = pLimit(CONCURRENCY);
  try {
    return await work({ spread: (items, each) => spread(environments, items, each), atWork: limit });
  } finally {
    await Promise.all(environments.map((environment) => environment.stop()));
  }
}

async function spread<T, R>(
  environments: readonly Environment[],
  items: readonly T[],
  work: (environment: Environment, item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(
    environments.map(async (environment) => {
      for (let index = next++; index < items.length; index = next++) {
        const item = items[index];
        if (item !== undefined) results[index] = await work(environment, item);
      }
    }),
  );
  return results;
}

/** One thing that is done to one call of a scenario. */
export type Case = { readonly scenario: Scenario; readonly clean: Clean; readonly name: string };

/** Result of a scenario: cases tried and violations. */
export type Result = {
  readonly scenario: string;
  readonly calls: number;
  readonly cases: number;
  readonly violations: readonly string[];
};

/** Set to a part of a case's name, it alone is run. */
const ONLY = process.env.FAULTS_ONLY ?? '';

type Trial<C extends Case> = {
  /** Cases, made from the calls of a run without a fault. */
  readonly cases: (listed: Listed) => readonly C[];
  /** Violations at the end of a case. */
  readonly run: (environment: Environment, one: C) => Promise<string | undefined>;
};

/** Lists the calls of each scenario, and runs each case of it. */
export async function tryAll<C extends Case>(
  { spread, atWork }: Pool,
  scenarios: readonly Scenario[],
  { cases, run }: Trial<C>,
): Promise<readonly Result[]> {
  const listed = await spread(scenarios, (environment, scenario) =>
    atWork(() =>
      runClean(environment, scenario).catch((error: unknown) => ({ scenario, problem: String(error) })),
    ),
  );
  const all = listed.flatMap((one) => ('problem' in one ? [] : cases(one)));
  const chosen = all.filter(({ name }) => name.includes(ONLY));
  const ends = await spread(chosen, async (environment, one) => ({
    one,
    violation: await run(environment, one).catch(String),
  }));
  return listed.map((one) => {
    const own = ends.filter(({ one: { scenario } }) => scenario === one.scenario);
    const violations = own.flatMap(({ one: { name }, violation }) =>
      violation === undefined ? [] : [`To repeat it: FAULTS_ONLY='${name}'\n  ${violation}`],
    );
    const problems = 'problem' in one ? [one.problem] : [];
    const calls = 'problem' in one ? 0 : one.calls.length;
    return {
      scenario: one.scenario.name,
      calls,
      cases: own.length,
      violations: [...problems, ...violations],
    };
  });
}
