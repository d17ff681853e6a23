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
 * Creates or repairs the rules of a job's schedule, one for each expression, and removes the one that it no longer needs.
 * Returns the driver. `polling`: the quota is used up or EventBridge is unavailable; rules that were created are removed, by
 * the reconcile at the latest. `ruleNames`: names of the stage's rules, where the caller has listed them.
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
 * Creates or repairs the rule of a job's trigger on a bus, and removes the one on the other bus. `noRoom`: the quota is used
 * up, and the job gets no events. `outOfReach`: EventBridge is unavailable, and the reconcile retries.
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
    // The service's own bus has no other rules: only the quota of AWS limits them.
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
 * Validates the pattern of a trigger with EventBridge. Returns its error, or `outOfReach` when EventBridge is unavailable: the
 * sync of the rule validates it again.
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

/** Removes the rules of a job's schedule. Where EventBridge is unavailable, the reconcile removes them. */
export const removeScheduleRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeIfReachable(ports, job, namesOf(ports, job));

/** Removes the rule of a job's trigger, from both buses. */
export const removeTriggerRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeIfReachable(ports, job, [
    triggerRuleOf(ports.stage, job, 'default'),
    triggerRuleOf(ports.stage, job, 'service'),
  ]);

/** Removes all rules of a job. */
export const removeRules = (ports: RulePorts, job: JobName): Promise<void> =>
  removeIfReachable(ports, job, allRuleNamesOf(ports.stage, job));

async function removeIfReachable(
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

/** Names of the stage's rules on the default bus: of `ruleNames`, or as EventBridge lists them. */
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
