import { type JobSchedule, toSchedule } from '../jobs/job.ts';
import { memoize } from '../platform/memoize.ts';
import { expressionsHash, toEventBridge } from './eventbridge-cron.ts';
import { type BusName, ruleName, type Stage, triggerRuleName } from './rule-names.ts';

/** What a schedule needs of EventBridge. */
type WantedRules = {
  /** One or two, of the first and the second rule. */
  readonly expressions: readonly string[];
  /** Tells whether the rules of a schedule are still the ones that it needs. */
  readonly hash: string;
};

/** The sweep asks for 10,000 jobs a minute. One is found in some 30 µs, a kept one is 1 KB. */
const CACHE_SIZE = 10_000;

const DAY_MS = 24 * 60 * 60_000;

const wanted = new Map<string, WantedRules>();
const names = new Map<string, readonly [string, string]>();

/** The rules that a schedule needs from the UTC day of `from` on: the same all day. */
export function desiredRules(schedule: JobSchedule, from: Date): WantedRules {
  const day = Math.floor(from.getTime() / DAY_MS);
  return memoize(wanted, JSON.stringify([schedule.cron, schedule.timeZone, day]), CACHE_SIZE, () => {
    const expressions = toEventBridge(toSchedule(schedule), new Date(day * DAY_MS));
    return { expressions, hash: expressionsHash(expressions) };
  });
}

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
