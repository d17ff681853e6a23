import type { ScheduleExpression } from './expression.ts';
import { ruleNotFound } from './refusal.ts';
import type { Target } from './target.ts';

/** A rule of the default bus. */
export type Rule = {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
  readonly schedule: ScheduleExpression;
  readonly state: string;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** Since when it is in force with this expression and state. It fires from the next minute on. */
  readonly since: Date;
  readonly tags: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, Target>;
};

/** The default bus of one account and region. Its rules are in memory. */
export type Bus = {
  readonly rules: Map<string, Rule>;
  readonly now: () => Date;
  readonly maxRules: number;
  readonly account: string;
  readonly region: string;
};

/** Throws `ResourceNotFoundException` for a rule that is not there. */
export function ruleNamed({ rules }: Bus, name: string): Rule {
  const rule = rules.get(name);
  if (rule === undefined) throw ruleNotFound(name);
  return rule;
}

/** The rules by name, as all lists give them. */
export const sortedRules = ({ rules }: Bus): readonly Rule[] =>
  [...rules.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** Writes a changed rule in the place of the one of its name. */
export const replaceRule = ({ rules }: Bus, rule: Rule): void => {
  rules.set(rule.name, rule);
};
