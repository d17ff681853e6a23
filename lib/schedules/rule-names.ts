import { memoize } from '../platform/memoize.ts';
import { hashOf } from '../platform/names.ts';

/** A deployed stage of the service: the rules that it made are its own, whoever else has rules on the bus. */
export type Stage = { readonly service: string; readonly stage: string };

/** A bus that rules may be on: the account's default one, or the service's own. */
export type BusName = 'default' | 'service';

/** A name of AWS has at most 64 characters; the prefix leaves room for the hash and the ending. */
const MAX_RULE_NAME_LENGTH = 64;
const HASH_DIGITS = 12;

/**
 * What the names of a stage's rules begin with. A stage has no `-`, so that no prefix is the beginning of another
 * stage's. Throws for a stage that has one, and for names that leave no room; both are faults of the deployment.
 */
export function rulePrefix({ service, stage }: Stage): string {
  if (!/^[a-z0-9]+$/.test(stage)) throw new Error(`Stage "${stage}": lower-case letters and digits alone.`);
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

/** Name of the first (0) or second (1) rule of a job: the same each time, so that making it again mends it. */
export const ruleName = (of: Stage, space: string, job: string, index: number): string =>
  ruleBaseName(of, space, job, String(index));

/** The last letter says which bus the rule of a trigger is on: so a name means one rule, whatever the bus. */
const ENDING = { default: 'e', service: 's' } as const satisfies Record<BusName, string>;

/** Name of the rule of a job's trigger on a bus. */
export const triggerRuleName = (of: Stage, space: string, job: string, bus: BusName): string =>
  ruleBaseName(of, space, job, ENDING[bus]);

/** The bus that the rule of a name is on, if it is one of the stage's; schedules are on the default bus alone. */
export const busOfRule = (name: string): BusName =>
  name.endsWith(`-${ENDING.service}`) ? 'service' : 'default';

/** Those of the stage's rules that share the default bus, and its room, with all others of the account. */
export const onDefaultBus = (names: readonly string[]): readonly string[] =>
  names.filter((name) => busOfRule(name) === 'default');

/** Whether a name is one that is given here. Another service's prefix may begin with ours; its names still differ. */
export const isRuleName = (of: Stage, name: string): boolean => {
  const prefix = rulePrefix(of);
  return name.startsWith(prefix) && /^[0-9a-f]{12}-[01es]$/.test(name.slice(prefix.length));
};

/** Entries of the cache of names. The reconcile asks for up to 10,000 jobs a minute. */
const CACHE_SIZE = 10_000;

const names = new Map<string, readonly [string, string]>();

/** The names of the two rules of a job's schedule; most need only the first. */
export const ruleNamesOf = (
  stage: Stage,
  { space, name }: { readonly space: string; readonly name: string },
): readonly [string, string] =>
  memoize(names, JSON.stringify([stage.service, stage.stage, space, name]), CACHE_SIZE, () => [
    ruleName(stage, space, name, 0),
    ruleName(stage, space, name, 1),
  ]);

/** The name of the rule of a job's trigger on a bus. */
export const triggerRuleOf = (
  stage: Stage,
  { space, name }: { readonly space: string; readonly name: string },
  bus: BusName,
): string => triggerRuleName(stage, space, name, bus);

/** The names of all rules that a job may have, on both buses. */
export const allRuleNamesOf = (
  stage: Stage,
  job: { readonly space: string; readonly name: string },
): readonly string[] => [
  ...ruleNamesOf(stage, job),
  triggerRuleOf(stage, job, 'default'),
  triggerRuleOf(stage, job, 'service'),
];
