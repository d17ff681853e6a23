import type { EventStage } from '../events/trigger-rules.ts';
import { DomainError, type FieldError } from '../platform/errors.ts';
import type { Log } from '../platform/observability.ts';
import { allRuleNamesOf, type BusName, onDefaultBus, ruleNamesOf, triggerRuleOf } from './rule-names.ts';

/** Ports of writing the rules of a job. */
export type RulePorts = {
  readonly log: Log;
  readonly rules: Rules;
  readonly stage: EventStage & { readonly maxRules: number };
};

/** Rule as EventBridge lists it: of a schedule, with its expression, or of a trigger, with its pattern as JSON. */
export type RuleRecord = {
  readonly name: string;
  readonly expression?: string | undefined;
  readonly pattern?: string | undefined;
  readonly enabled: boolean;
};

/** Rule to create for one expression of a job's schedule, or for its trigger. The name determines the bus. */
export type JobRule = {
  readonly name: string;
  readonly space: string;
  readonly job: string;
} & ({ readonly expression: string } | { readonly pattern: string });

/** Port to the EventBridge rules of the stage. Every method throws `unavailable`. */
export type Rules = {
  /** Returns all rules whose names belong to the stage, on both buses, including those of deleted jobs. */
  list(): Promise<readonly RuleRecord[]>;
  /** Creates or repairs the rule. `full`: the quota of the bus is used up. `notOurs`: another owner's rule has the name. */
  put(rule: JobRule): Promise<'kept' | 'made' | 'full' | 'notOurs'>;
  /** Validates a pattern (JSON) without creating a rule. Returns EventBridge's error message; `undefined`: it is valid. */
  patternRefusal(pattern: string): Promise<string | undefined>;
  /** Removes the rule. `notOurs`: another owner's rule has the name, and stays. */
  remove(name: string): Promise<'removed' | 'notThere' | 'notOurs'>;
};

type JobName = { readonly space: string; readonly name: string };

const namesOf = ({ stage }: { readonly stage: EventStage }, job: JobName): readonly string[] =>
  ruleNamesOf(stage, job);

/**
 * Makes or mends the rules of a job, one an expression, and removes the one that it no longer needs. `sweep`: they do
 * not fit, or EventBridge is out of reach; those that were made are removed, at the latest by the reconcile.
 */
export async function ensureRules(
  ports: RulePorts,
  job: JobName,
  expressions: readonly string[],
  ruleNames?: readonly string[],
): Promise<'rules' | 'polling'> {
  const names = namesOf(ports, job);
  try {
    const others = (await namesOnDefaultBus(ports, ruleNames)).filter((name) => !names.includes(name));
    if (others.length + expressions.length > ports.stage.maxRules) return await fallBackToPolling(ports, job);
    for (const [index, expression] of expressions.entries()) {
      const name = names[index] ?? '';
      const made = await ports.rules.put({ name, expression, space: job.space, job: job.name });
      if (made === 'full' || made === 'notOurs') return await fallBackToPolling(ports, job);
    }
    await removeRulesOf(ports, names.slice(expressions.length));
    return 'rules';
  } catch (error) {
    logUnreachable(ports, job, error);
    return 'polling';
  }
}

/**
 * Makes or mends the rule of a job's trigger on a bus, and removes the one on the other bus. `noRoom`: it does not fit;
 * nothing else could wake the job, so it has no events then. `outOfReach`: the reconcile tries again.
 */
export async function makeTriggerRule(
  ports: RulePorts,
  job: JobName,
  { bus, pattern }: { readonly bus: BusName; readonly pattern: string },
  ruleNames?: readonly string[],
): Promise<'active' | 'noRoom' | 'notOurs' | 'outOfReach'> {
  const name = triggerRuleOf(ports.stage, job, bus);
  try {
    await ports.rules.remove(triggerRuleOf(ports.stage, job, bus === 'default' ? 'service' : 'default'));
    // The service's own bus has no rules but ours: there the limit is AWS's.
    const others =
      bus === 'default' ? (await namesOnDefaultBus(ports, ruleNames)).filter((one) => one !== name) : [];
    const fits = bus === 'service' || others.length < ports.stage.maxRules;
    const made = fits ? await ports.rules.put({ name, pattern, space: job.space, job: job.name }) : 'full';
    if (made === 'made' || made === 'kept') return 'active';
    await ports.rules.remove(name);
    return made === 'full' ? 'noRoom' : 'notOurs';
  } catch (error) {
    logUnreachable(ports, job, error);
    return 'outOfReach';
  }
}

/**
 * Asks EventBridge about the pattern of a trigger. Returns its refusal, or `outOfReach`: then the sync of the rule asks
 * again.
 */
export async function patternRefusal(
  ports: { readonly log: Log; readonly rules: Rules },
  job: JobName,
  pattern: object,
): Promise<FieldError | 'outOfReach' | undefined> {
  try {
    const message = await ports.rules.patternRefusal(JSON.stringify(pattern));
    return message === undefined ? undefined : { field: 'pattern', message };
  } catch (error) {
    logUnreachable(ports, job, error);
    return 'outOfReach';
  }
}

/** Removes the rules of a job's schedule. Where EventBridge is out of reach, the reconcile does it. */
export const removeScheduleRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeUnlessOut(ports, job, namesOf(ports, job));

/** Removes the rule of a job's trigger, on whichever bus it is. */
export const removeTriggerRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeUnlessOut(ports, job, [
    triggerRuleOf(ports.stage, job, 'default'),
    triggerRuleOf(ports.stage, job, 'service'),
  ]);

/** Removes all rules of a job. */
export const removeRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeUnlessOut(ports, job, allRuleNamesOf(ports.stage, job));

async function removeUnlessOut(
  ports: { readonly log: Log; readonly rules: Rules },
  job: JobName,
  names: readonly string[],
): Promise<void> {
  try {
    await removeRulesOf(ports, names);
  } catch (error) {
    logUnreachable(ports, job, error);
  }
}

async function fallBackToPolling(
  ports: { readonly rules: Rules; readonly stage: EventStage },
  job: JobName,
): Promise<'polling'> {
  await removeRulesOf(ports, namesOf(ports, job));
  return 'polling';
}

/** Of the names that are known, or those that the bus lists. */
const namesOnDefaultBus = async (
  { rules }: { readonly rules: Rules },
  ruleNames?: readonly string[],
): Promise<readonly string[]> => onDefaultBus(ruleNames ?? (await rules.list()).map(({ name }) => name));

async function removeRulesOf({ rules }: { readonly rules: Rules }, names: readonly string[]): Promise<void> {
  for (const name of names) await rules.remove(name);
}

function logUnreachable({ log }: { readonly log: Log }, { space, name }: JobName, error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
  log('warn', 'rules not synced', { space, job: name, why: error.message });
}
