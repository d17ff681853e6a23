import type { EventStage } from '../events/trigger-rules.ts';
import { AwsRefusal } from '../platform/errors.ts';
import { type CallRulesPorts, callRules } from './call-rules.ts';
import {
  allRuleNamesOf,
  type BusName,
  checkRuleName,
  onDefaultBus,
  ruleNamesOf,
  triggerRuleOf,
} from './rule-names.ts';

/** Ports of writing the rules of a job. */
export type RulePorts = CallRulesPorts & {
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

/** Port to the EventBridge rules of the stage. Every method throws `unavailable` and {@link AwsRefusal}. */
export type Rules = {
  /** Returns all rules whose names belong to the stage, on both buses, including those of deleted jobs. */
  list(): Promise<readonly RuleRecord[]>;
  /** Creates or repairs the rule. `full`: the quota of the bus is used up. `notOurs`: another owner's rule has the name. */
  put(rule: JobRule): Promise<'kept' | 'made' | 'full' | 'notOurs'>;
  /** Checks a rule by creating it, disabled and without a target, and removing it. The name is of no job. */
  check(rule: JobRule): Promise<void>;
  /** Removes the rule. `notOurs`: another owner's rule has the name, and stays. */
  remove(name: string): Promise<'removed' | 'notThere' | 'notOurs'>;
};

type JobName = { readonly space: string; readonly name: string };

const subjectOf = ({ space, name }: JobName) => ({ space, job: name });

const namesOf = ({ stage }: { readonly stage: EventStage }, job: JobName): readonly string[] =>
  ruleNamesOf(stage, job);

/**
 * Creates or repairs the rules of a job's schedule, one for each expression, and removes the one that it no longer needs.
 * Returns the driver. `polling`: the quota is used up, or EventBridge refuses or is unavailable; rules that were created are
 * removed, by the reconcile at the latest. `ruleNames`: names of the stage's rules, where the caller has listed them.
 */
export async function ensureRules(
  ports: RulePorts,
  job: JobName,
  expressions: readonly string[],
  ruleNames?: readonly string[],
): Promise<'rules' | 'polling'> {
  const made = await callRules(ports, subjectOf(job), () => makeRules(ports, job, expressions, ruleNames));
  return made === 'rules' ? 'rules' : 'polling';
}

async function makeRules(
  ports: RulePorts,
  job: JobName,
  expressions: readonly string[],
  ruleNames?: readonly string[],
): Promise<'rules' | 'polling'> {
  const names = namesOf(ports, job);
  const others = (await namesOnDefaultBus(ports, ruleNames)).filter((name) => !names.includes(name));
  if (others.length + expressions.length > ports.stage.maxRules) return fallBackToPolling(ports, job);
  for (const [index, expression] of expressions.entries()) {
    const name = names[index] ?? '';
    const made = await ports.rules.put({ name, expression, space: job.space, job: job.name });
    if (made === 'full' || made === 'notOurs') return fallBackToPolling(ports, job);
  }
  await removeRulesOf(ports, names.slice(expressions.length));
  return 'rules';
}

/** Rule of a trigger. */
type TriggerRule = { readonly bus: BusName; readonly pattern: string };

/**
 * Creates or repairs the rule of a job's trigger on a bus, and removes the one on the other bus. `noRoom`: the quota is used
 * up, and the job gets no events. `outOfReach`: EventBridge is unavailable, and the reconcile retries. Returns EventBridge's
 * refusal too; then the job has no rule.
 */
export async function makeTriggerRule(
  ports: RulePorts,
  job: JobName,
  rule: TriggerRule,
  ruleNames?: readonly string[],
): Promise<'active' | 'noRoom' | 'notOurs' | 'outOfReach' | AwsRefusal> {
  const other = triggerRuleOf(ports.stage, job, rule.bus === 'default' ? 'service' : 'default');
  if ((await removeIfReachable(ports, job, [other])) === 'outOfReach') return 'outOfReach';
  const made = await callRules(ports, subjectOf(job), () => putTriggerRule(ports, job, rule, ruleNames));
  if (made === 'made' || made === 'kept') return 'active';
  if (made === 'outOfReach') return made;
  const removed = await removeIfReachable(ports, job, [triggerRuleOf(ports.stage, job, rule.bus)]);
  if (removed === 'outOfReach') return removed;
  return made === 'full' ? 'noRoom' : made;
}

async function putTriggerRule(
  ports: RulePorts,
  job: JobName,
  { bus, pattern }: TriggerRule,
  ruleNames?: readonly string[],
) {
  const name = triggerRuleOf(ports.stage, job, bus);
  // The service's own bus has no other rules: only the quota of AWS limits them.
  const others =
    bus === 'default' ? (await namesOnDefaultBus(ports, ruleNames)).filter((one) => one !== name) : [];
  const fits = bus === 'service' || others.length < ports.stage.maxRules;
  return fits ? ports.rules.put({ name, pattern, space: job.space, job: job.name }) : 'full';
}

/**
 * Returns EventBridge's refusal of a trigger's rule, before anything is written. `undefined`: it takes the rule, or can't be
 * asked; then the sync of the rule tells.
 */
export async function refusalOfTrigger(
  ports: RulePorts,
  { space, name }: JobName,
  { bus, pattern }: TriggerRule,
): Promise<AwsRefusal | undefined> {
  const rule = { name: checkRuleName(ports.stage, space, name, bus), pattern, space, job: name };
  const checked = await callRules(ports, { space, job: name }, () => ports.rules.check(rule));
  return checked instanceof AwsRefusal ? checked : undefined;
}

/** Removes the rules of a job's schedule. Where EventBridge refuses or is unavailable, the reconcile removes them. */
export const removeScheduleRules = (ports: RulePorts, job: JobName): Promise<unknown> =>
  removeIfReachable(ports, job, namesOf(ports, job));

/** Removes the rule of a job's trigger, from both buses. */
export const removeTriggerRules = (ports: RulePorts, job: JobName): Promise<unknown> =>
  removeIfReachable(ports, job, [
    triggerRuleOf(ports.stage, job, 'default'),
    triggerRuleOf(ports.stage, job, 'service'),
  ]);

/** Removes all rules of a job. */
export const removeRules = (ports: RulePorts, job: JobName): Promise<unknown> =>
  removeIfReachable(ports, job, allRuleNamesOf(ports.stage, job));

const removeIfReachable = (ports: RulePorts, job: JobName, names: readonly string[]) =>
  callRules(ports, subjectOf(job), () => removeRulesOf(ports, names));

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
