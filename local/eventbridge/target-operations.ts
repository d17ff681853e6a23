import * as v from 'valibot';
import { type Buses, getBus, getRule, replaceRule, sortedRules } from './bus.ts';
import { limitExceeded } from './errors.ts';
import { pageOf } from './page.ts';
import { Arn, listOf, Name, paging, parse } from './request.ts';
import { checkTarget, Target } from './target.ts';

const MAX_TARGETS = 5;

const OfRule = { Rule: Name, EventBusName: v.optional(Arn) };

const PutTargets = v.object({ ...OfRule, Targets: listOf(Target, 1, 100) });

/** PutTargets: adds targets, or replaces those with the same id. All or nothing. */
export function putTargets(buses: Buses, body: unknown) {
  const { Rule: name, EventBusName, Targets } = parse(PutTargets, body);
  const bus = getBus(buses, EventBusName);
  for (const target of Targets) checkTarget(target);
  const rule = getRule(bus, name);
  const targets = new Map([...rule.targets, ...Targets.map((target) => [target.Id, target] as const)]);
  if (targets.size > MAX_TARGETS) throw limitExceeded();
  replaceRule(bus, { ...rule, targets });
  return { FailedEntryCount: 0, FailedEntries: [] };
}

const RemoveTargets = v.object({ ...OfRule, Ids: listOf(Name, 1, 100) });

/** RemoveTargets: unknown ids are returned as failed entries; the others are removed. */
export function removeTargets(buses: Buses, body: unknown) {
  const { Rule: name, EventBusName, Ids } = parse(RemoveTargets, body);
  const bus = getBus(buses, EventBusName);
  const rule = getRule(bus, name);
  const targets = new Map([...rule.targets].filter(([id]) => !Ids.includes(id)));
  replaceRule(bus, { ...rule, targets });
  const failed = Ids.filter((id) => !rule.targets.has(id)).map((id) => ({
    TargetId: id,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Rule '${name}' does not have a target with the Id '${id}'.`,
  }));
  return { FailedEntryCount: failed.length, FailedEntries: failed };
}

const ListTargetsByRule = v.object({ ...OfRule, ...paging });

export function listTargetsByRule(buses: Buses, body: unknown) {
  const { Rule: name, EventBusName, ...page } = parse(ListTargetsByRule, body);
  const bus = getBus(buses, EventBusName);
  const targets = [...getRule(bus, name).targets.values()].toSorted((one, other) =>
    one.Id < other.Id ? -1 : 1,
  );
  const { items, next } = pageOf(targets, ({ Id }) => Id, page);
  return { Targets: items, ...next };
}

const ListRuleNamesByTarget = v.object({ TargetArn: Arn, EventBusName: v.optional(Arn), ...paging });

export function listRuleNamesByTarget(buses: Buses, body: unknown) {
  const { TargetArn, EventBusName, ...page } = parse(ListRuleNamesByTarget, body);
  const bus = getBus(buses, EventBusName);
  const names = sortedRules(bus)
    .filter(({ targets }) => [...targets.values()].some((target) => target.Arn === TargetArn))
    .map(({ name }) => name);
  const { items, next } = pageOf(names, (name) => name, page);
  return { RuleNames: items, ...next };
}
