import { hashOf } from './names.ts';

/** A deployed stage of the service: the rules that it made are its own, whoever else has rules on the bus. */
export type Stage = { readonly service: string; readonly stage: string };

/** A name of AWS has at most 64 characters; the prefix leaves room for the hash and the number. */
const LONGEST_RULE_NAME = 64;
const HASH_DIGITS = 12;

/**
 * What the names of a stage's rules begin with. A stage has no `-`, so that no prefix is the beginning of another
 * stage's. Throws for a stage that has one, and for names that leave no room; both are faults of the deployment.
 */
export function rulePrefix({ service, stage }: Stage): string {
  if (!/^[a-z0-9]+$/.test(stage)) throw new Error(`Stage "${stage}": lower-case letters and digits alone.`);
  const prefix = `${service}-${stage}-job-`;
  const room = LONGEST_RULE_NAME - HASH_DIGITS - '-0'.length;
  if (prefix.length > room || !/^[.\-_A-Za-z0-9]+$/.test(prefix)) {
    throw new Error(
      `"${prefix}" is no prefix of rule names: at most ${room} letters, digits, ".", "-" and "_".`,
    );
  }
  return prefix;
}

/** Name of the first (0) or second (1) rule of a job: the same each time, so that making it again mends it. */
export const ruleName = (of: Stage, space: string, job: string, index: number): string =>
  `${rulePrefix(of)}${hashOf([space, job], HASH_DIGITS)}-${index}`;

/** Whether a name is one that `ruleName` gives. Another service's prefix may begin with ours; its names still differ. */
export const isRuleName = (of: Stage, name: string): boolean => {
  const prefix = rulePrefix(of);
  return name.startsWith(prefix) && /^[0-9a-f]{12}-[01]$/.test(name.slice(prefix.length));
};
