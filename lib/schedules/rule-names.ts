import { memoize } from '../platform/collections.ts';
import { hashOf } from '../platform/names.ts';

/** Deployed stage of the service. It owns the rules that it created; others may have rules on the same bus. */
export type Stage = { readonly service: string; readonly stage: string };

/** Event bus of a rule: the account's default one, or the service's own. */
export type BusName = 'default' | 'service';

/** Longest rule name that AWS accepts, in characters. */
const MAX_RULE_NAME_LENGTH = 64;
const HASH_DIGITS = 12;

/**
 * Prefix of the names of a stage's rules. A stage has no `-`, so that no prefix begins another stage's. Throws for a stage
 * that has one, and for names that leave no room: both are errors of the deployment.
 */
export function rulePrefix({ service, stage }: Stage): string {
  if (!/^[a-z0-9]+$/.test(stage))
    throw new Error(`Stage "${stage}" is not allowed: use lower-case letters and digits.`);
  const prefix = `${service}-${stage}-job-`;
  const room = MAX_RULE_NAME_LENGTH - HASH_DIGITS - '-0'.length;
  if (prefix.length > room || !/^[.\-_A-Za-z0-9]+$/.test(prefix)) {
    throw new Error(
      `"${prefix}" is no prefix of rule names: at most ${room} letters, digits, ".", "-" and "_".`,
    );
  }
  return prefix;
}

const ruleBaseName = (of: Stage, space: string, job: string, ending: string): string =>
  `${rulePrefix(of)}${hashOf([space, job], HASH_DIGITS)}-${ending}`;

/** Name of the first (0) or second (1) rule of a job's schedule. */
export const ruleName = (of: Stage, space: string, job: string, index: number): string =>
  ruleBaseName(of, space, job, String(index));

/** Last character of a trigger's rule by its bus, so that a name is unique over both. */
const ENDING = { default: 'e', service: 's' } as const satisfies Record<BusName, string>;

/** Name of the rule of a job's trigger on a bus. */
export const triggerRuleName = (of: Stage, space: string, job: string, bus: BusName): string =>
  ruleBaseName(of, space, job, ENDING[bus]);

/**
 * Name of the rule that only checks a trigger on a bus ({@link file://./rules.ts}). It is of no job, so that the reconcile
 * removes one that was left.
 */
export const checkRuleName = (of: Stage, space: string, job: string, bus: BusName): string =>
  triggerRuleName(of, space, `${job} check`, bus);

/** Bus of a rule of the stage, by its name. Schedules are on the default bus alone. */
export const busOfRule = (name: string): BusName =>
  name.endsWith(`-${ENDING.service}`) ? 'service' : 'default';

/** Names of rules on the default bus, whose quota all rules of the account share. */
export const onDefaultBus = (names: readonly string[]): readonly string[] =>
  names.filter((name) => busOfRule(name) === 'default');

/** True for a name of the stage's rules. Another service's prefix may begin with this one; its names still differ. */
export const isRuleName = (of: Stage, name: string): boolean => {
  const prefix = rulePrefix(of);
  return name.startsWith(prefix) && /^[0-9a-f]{12}-[01es]$/.test(name.slice(prefix.length));
};

/** Entries of the cache of names. The reconcile needs up to 10,000 jobs' a minute. */
const CACHE_SIZE = 10_000;

const names = new Map<string, readonly [string, string]>();

/** Names of the two rules of a job's schedule; most jobs need only the first. */
export const ruleNamesOf = (
  stage: Stage,
  { space, name }: { readonly space: string; readonly name: string },
): readonly [string, string] =>
  memoize(names, JSON.stringify([stage.service, stage.stage, space, name]), CACHE_SIZE, () => [
    ruleName(stage, space, name, 0),
    ruleName(stage, space, name, 1),
  ]);

/** Name of the rule of a job's trigger on a bus. */
export const triggerRuleOf = (
  stage: Stage,
  { space, name }: { readonly space: string; readonly name: string },
  bus: BusName,
): string => triggerRuleName(stage, space, name, bus);

/** Names of all rules that a job may have, on both buses. */
export const allRuleNamesOf = (
  stage: Stage,
  job: { readonly space: string; readonly name: string },
): readonly string[] => [
  ...ruleNamesOf(stage, job),
  triggerRuleOf(stage, job, 'default'),
  triggerRuleOf(stage, job, 'service'),
];
