import type { AllPorts } from '../../support/memory-ports.ts';

/** Point at which a function stalls: before or after its nth call of a port. */
export type Moment = { readonly call: number; readonly when: 'before' | 'after' };

/** Ports whose user stands still at one moment, until `meanwhile` has ended. */
export type Freezing = {
  readonly ports: AllPorts;
  /** Number of calls so far. */
  readonly calls: () => number;
};

/** Lists are read as they come, and are no call here. */
const NO_CALL = ['all'];

export function freezing(
  environment: AllPorts,
  { call, when }: Moment,
  meanwhile: () => Promise<void>,
): Freezing {
  let calls = 0;
  const over = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function' || NO_CALL.includes(String(name))) return method;
        return async (...given: readonly unknown[]): Promise<unknown> => {
          calls += 1;
          const isMeant = calls === call;
          if (isMeant && when === 'before') await meanwhile();
          const answer: unknown = await Reflect.apply(method, target, given);
          if (isMeant && when === 'after') await meanwhile();
          return answer;
        };
      },
    });
  const { apps, jobs, runs, rules, bus, secrets, serviceAccounts } = environment;
  return {
    calls: () => calls,
    ports: {
      ...environment,
      ...{ apps: over(apps), jobs: over(jobs), runs: over(runs), rules: over(rules), bus: over(bus) },
      ...{ secrets: over(secrets), serviceAccounts: over(serviceAccounts) },
    },
  };
}
