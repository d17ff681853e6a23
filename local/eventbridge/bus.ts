import { busNotFound, ruleNotFound } from './errors.ts';
import type { EventPattern } from './event-language.ts';
import type { ScheduleExpression } from './expression.ts';
import type { Target } from './target.ts';

/** Rule with a schedule, a pattern or both. */
export type Rule = {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly expression: string | undefined;
  readonly schedule: ScheduleExpression | undefined;
  /** The text that was put. */
  readonly patternText: string | undefined;
  readonly pattern: EventPattern | undefined;
  readonly state: string;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** Time of the last change of expression, pattern or state. The schedule fires from the next minute on. */
  readonly since: Date;
  readonly tags: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, Target>;
};

/** A bus with its rules by name. */
export type Bus = { readonly name: string; readonly arn: string; readonly rules: Map<string, Rule> };

/** Name of the default bus, the only one for schedules and for events of AWS services. */
export const DEFAULT_BUS = 'default';

/** Event buses of one account and region, in memory. */
export type Buses = {
  readonly byName: ReadonlyMap<string, Bus>;
  readonly now: () => Date;
  /** Limit for each bus. */
  readonly maxRules: number;
  readonly account: string;
  readonly region: string;
};

type Settings = Pick<Buses, 'now' | 'maxRules' | 'account' | 'region'> & {
  /** Rules of a bus by name. Default: none. */
  readonly rulesOf?: ((bus: string) => Map<string, Rule>) | undefined;
};

/** Creates the default bus and the named ones. */
export function createBuses(names: readonly string[], settings: Settings): Buses {
  const { account, region, rulesOf = () => new Map<string, Rule>() } = settings;
  const buses = [DEFAULT_BUS, ...names].map((name): [string, Bus] => [
    name,
    { name, arn: `arn:aws:events:${region}:${account}:event-bus/${name}`, rules: rulesOf(name) },
  ]);
  return { ...settings, byName: new Map(buses) };
}

/** Name of the bus in a request, which may give a name or an ARN. */
export const busNameOf = (nameOrArn: string = DEFAULT_BUS): string => nameOrArn.split('/').at(-1) ?? '';

/** Throws `ResourceNotFoundException` if the bus does not exist. */
export function getBus({ byName }: Buses, nameOrArn: string | undefined): Bus {
  const name = busNameOf(nameOrArn);
  const bus = byName.get(name);
  if (bus === undefined) throw busNotFound(name);
  return bus;
}

/** ARN of a rule. Rules of the default bus have no bus in theirs. */
export const ruleArn = (
  { account, region }: Pick<Settings, 'account' | 'region'>,
  bus: string,
  name: string,
): string => `arn:aws:events:${region}:${account}:rule/${bus === DEFAULT_BUS ? name : `${bus}/${name}`}`;

/** Throws `ResourceNotFoundException` if the rule does not exist. */
export function getRule({ name: bus, rules }: Bus, name: string): Rule {
  const rule = rules.get(name);
  if (rule === undefined) throw ruleNotFound(name, bus);
  return rule;
}

/** Rules of a bus in the order of their names, as in all lists. */
export const sortedRules = ({ rules }: Bus): readonly Rule[] =>
  [...rules.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** Replaces the rule of the same name. */
export const replaceRule = ({ rules }: Bus, rule: Rule): void => {
  rules.set(rule.name, rule);
};
