import type { EventPattern } from './event-language.ts';
import type { ScheduleExpression } from './expression.ts';
import { busNotFound, ruleNotFound } from './refusal.ts';
import type { Target } from './target.ts';

/** A rule of a bus, with a schedule, a pattern or both. */
export type Rule = {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly expression: string | undefined;
  readonly schedule: ScheduleExpression | undefined;
  /** As it was put. */
  readonly patternText: string | undefined;
  readonly pattern: EventPattern | undefined;
  readonly state: string;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** Since when it is in force with this expression, pattern and state. Its schedule fires from the next minute on. */
  readonly since: Date;
  readonly tags: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, Target>;
};

/** A bus with its rules by name. */
export type Bus = { readonly name: string; readonly arn: string; readonly rules: Map<string, Rule> };

/** The bus that is always there, the only one for schedules and for the events of AWS's own services. */
export const DEFAULT_BUS = 'default';

/** The buses of one account and region, in memory. */
export type Buses = {
  readonly byName: ReadonlyMap<string, Bus>;
  readonly now: () => Date;
  /** Of each bus. */
  readonly maxRules: number;
  readonly account: string;
  readonly region: string;
};

type Settings = Pick<Buses, 'now' | 'maxRules' | 'account' | 'region'>;

/** The default bus and those of these names, without a rule. */
export function newBuses(names: readonly string[], settings: Settings): Buses {
  const { account, region } = settings;
  const buses = [DEFAULT_BUS, ...names].map((name): [string, Bus] => [
    name,
    { name, arn: `arn:aws:events:${region}:${account}:event-bus/${name}`, rules: new Map() },
  ]);
  return { ...settings, byName: new Map(buses) };
}

/** Name of the bus that a request means, by its name or its ARN. */
export const busNameOf = (nameOrArn: string = DEFAULT_BUS): string => nameOrArn.split('/').at(-1) ?? '';

/** Throws `ResourceNotFoundException` for a bus that is not there. */
export function busNamed({ byName }: Buses, nameOrArn: string | undefined): Bus {
  const name = busNameOf(nameOrArn);
  const bus = byName.get(name);
  if (bus === undefined) throw busNotFound(name);
  return bus;
}

/** Rules of the default bus have no bus in their ARN. */
export const ruleArn = ({ account, region }: Settings, bus: string, name: string): string =>
  `arn:aws:events:${region}:${account}:rule/${bus === DEFAULT_BUS ? name : `${bus}/${name}`}`;

/** Throws `ResourceNotFoundException` for a rule that is not there. */
export function ruleNamed({ name: bus, rules }: Bus, name: string): Rule {
  const rule = rules.get(name);
  if (rule === undefined) throw ruleNotFound(name, bus);
  return rule;
}

/** The rules by name, as all lists give them. */
export const sortedRules = ({ rules }: Bus): readonly Rule[] =>
  [...rules.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** Writes a changed rule in the place of the one of its name. */
export const replaceRule = ({ rules }: Bus, rule: Rule): void => {
  rules.set(rule.name, rule);
};
