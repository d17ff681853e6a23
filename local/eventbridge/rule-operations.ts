import * as v from 'valibot';
import {
  type Buses,
  busNameOf,
  DEFAULT_BUS,
  getBus,
  getRule,
  type Rule,
  replaceRule,
  ruleArn,
  sortedRules,
} from './bus.ts';
import { limitExceeded, validationError } from './errors.ts';
import { parseExpression } from './expression.ts';
import { pageOf } from './page.ts';
import { EventPatternText, parseRulePattern } from './pattern.ts';
import { Arn, Name, paging, parse, Tags, textOf } from './request.ts';

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;

const OfRule = v.object({ Name, EventBusName: v.optional(Arn) });

const PutRule = v.object({
  ...OfRule.entries,
  ScheduleExpression: v.optional(textOf(0, 256), ''),
  EventPattern: v.optional(EventPatternText, ''),
  State: v.optional(
    v.picklist(STATES, `Member must satisfy enum value set: [${STATES.join(', ')}]`),
    'ENABLED',
  ),
  Description: v.optional(textOf(0, 512)),
  RoleArn: v.optional(Arn),
  Tags: v.optional(Tags, []),
});

/**
 * PutRule: creates a rule, or replaces all of it but targets and tags. An omitted member is unset; State defaults to
 * ENABLED.
 */
export function putRule(buses: Buses, body: unknown) {
  const request = parse(PutRule, body);
  const { Name: name, State: state } = request;
  if (request.ScheduleExpression === '' && request.EventPattern === '')
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const fires = { ...scheduleOf(request), ...patternOf(request) };
  const bus = getBus(buses, request.EventBusName);
  const old = bus.rules.get(name);
  if (old === undefined && bus.rules.size >= buses.maxRules) throw limitExceeded();
  const unchanged =
    old?.expression === fires.expression && old?.patternText === fires.patternText && old?.state === state;
  const rule: Rule = {
    ...fires,
    name,
    bus: bus.name,
    arn: ruleArn(buses, bus.name, name),
    state,
    description: request.Description,
    roleArn: request.RoleArn,
    since: unchanged && old !== undefined ? old.since : buses.now(),
    tags: old?.tags ?? new Map(request.Tags.map(({ Key, Value }) => [Key, Value])),
    targets: old?.targets ?? new Map(),
  };
  replaceRule(bus, rule);
  return { RuleArn: rule.arn };
}

type PutRule = v.InferOutput<typeof PutRule>;

function scheduleOf({ ScheduleExpression: expression, EventBusName }: PutRule) {
  if (expression === '') return { expression: undefined, schedule: undefined };
  if (busNameOf(EventBusName) !== DEFAULT_BUS)
    throw validationError('ScheduleExpression is supported only on the default event bus.');
  const schedule = parseExpression(expression);
  if (schedule === undefined) throw validationError('Parameter ScheduleExpression is not valid.');
  return { expression, schedule };
}

const patternOf = ({ EventPattern: text }: PutRule) =>
  text === ''
    ? { patternText: undefined, pattern: undefined }
    : { patternText: text, pattern: parseRulePattern(text) };

const shown = ({ name, arn, bus, expression, patternText, state, description, roleArn }: Rule) => ({
  Name: name,
  Arn: arn,
  ScheduleExpression: expression,
  EventPattern: patternText,
  State: state,
  Description: description,
  RoleArn: roleArn,
  EventBusName: bus,
});

function ruleOf(buses: Buses, body: unknown) {
  const { Name: name, EventBusName } = parse(OfRule, body);
  const bus = getBus(buses, EventBusName);
  return { bus, rule: getRule(bus, name) };
}

export const describeRule = (buses: Buses, body: unknown) => ({
  ...shown(ruleOf(buses, body).rule),
  CreatedBy: buses.account,
});

const ListRules = v.object({ NamePrefix: v.optional(Name), EventBusName: v.optional(Arn), ...paging });

export function listRules(buses: Buses, body: unknown) {
  const { NamePrefix = '', EventBusName, ...page } = parse(ListRules, body);
  const bus = getBus(buses, EventBusName);
  const rules = sortedRules(bus).filter(({ name }) => name.startsWith(NamePrefix));
  const { items, next } = pageOf(rules, ({ name }) => name, page);
  return { Rules: items.map(shown), ...next };
}

/** DeleteRule is idempotent; a rule with targets is not deleted. */
export function deleteRule(buses: Buses, body: unknown) {
  const { Name: name, EventBusName } = parse(OfRule, body);
  const bus = getBus(buses, EventBusName);
  const targets = bus.rules.get(name)?.targets.size ?? 0;
  if (targets > 0) throw validationError("Rule can't be deleted since it has targets.");
  bus.rules.delete(name);
  return {};
}

function setState(buses: Buses, body: unknown, state: (typeof STATES)[number]) {
  const { bus, rule } = ruleOf(buses, body);
  if (rule.state !== state) replaceRule(bus, { ...rule, state, since: buses.now() });
  return {};
}

export const enableRule = (buses: Buses, body: unknown) => setState(buses, body, 'ENABLED');
export const disableRule = (buses: Buses, body: unknown) => setState(buses, body, 'DISABLED');
