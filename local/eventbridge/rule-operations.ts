import * as v from 'valibot';
import { type Bus, type Rule, replaceRule, ruleNamed, sortedRules } from './bus.ts';
import { parseExpression } from './expression.ts';
import { pageOf } from './page.ts';
import { invalid, Refusal, tooMany } from './refusal.ts';
import { Arn, busOf, checkBus, Name, paging, parse, Tags, textOf } from './request.ts';

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;

const OfRule = v.object({ Name, EventBusName: v.optional(Arn) });

const PutRule = v.object({
  ...OfRule.entries,
  ScheduleExpression: v.optional(textOf(0, 256), ''),
  EventPattern: v.optional(v.string(), ''),
  State: v.optional(
    v.picklist(STATES, `Member must satisfy enum value set: [${STATES.join(', ')}]`),
    'ENABLED',
  ),
  Description: v.optional(textOf(0, 512)),
  RoleArn: v.optional(Arn),
  Tags: v.optional(Tags, []),
});

/** Makes a rule or replaces all of it but its targets and tags: a member that is left out is unset, State is ENABLED. */
export function putRule(bus: Bus, body: unknown) {
  const request = parse(PutRule, body);
  const schedule = scheduleOf(request);
  const { Name: name, ScheduleExpression: expression, State: state } = request;
  const old = bus.rules.get(name);
  if (old === undefined && bus.rules.size >= bus.maxRules) throw tooMany();
  const unchanged = old?.expression === expression && old.state === state;
  const rule: Rule = {
    name,
    arn: `arn:aws:events:${bus.region}:${bus.account}:rule/${name}`,
    expression,
    schedule,
    state,
    description: request.Description,
    roleArn: request.RoleArn,
    since: unchanged ? old.since : bus.now(),
    tags: old?.tags ?? new Map(request.Tags.map(({ Key, Value }) => [Key, Value])),
    targets: old?.targets ?? new Map(),
  };
  replaceRule(bus, rule);
  return { RuleArn: rule.arn };
}

function scheduleOf({ ScheduleExpression, EventPattern, EventBusName }: v.InferOutput<typeof PutRule>) {
  if (ScheduleExpression === '' && EventPattern === '') {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (EventPattern !== '') {
    throw new Refusal(
      'UnsupportedOperationException',
      'PutRule: this EventBridge knows schedules only, no EventPattern.',
    );
  }
  if (busOf(EventBusName) !== 'default') {
    throw invalid('ScheduleExpression is supported only on the default event bus.');
  }
  const schedule = parseExpression(ScheduleExpression);
  if (schedule === undefined) throw invalid('Parameter ScheduleExpression is not valid.');
  return schedule;
}

const shown = ({ name, arn, expression, state, description, roleArn }: Rule) => ({
  Name: name,
  Arn: arn,
  ScheduleExpression: expression,
  State: state,
  Description: description,
  RoleArn: roleArn,
  EventBusName: 'default',
});

function ruleOf(bus: Bus, body: unknown): Rule {
  const { Name: name, EventBusName } = parse(OfRule, body);
  checkBus(EventBusName);
  return ruleNamed(bus, name);
}

export const describeRule = (bus: Bus, body: unknown) => ({
  ...shown(ruleOf(bus, body)),
  CreatedBy: bus.account,
});

const ListRules = v.object({ NamePrefix: v.optional(Name), EventBusName: v.optional(Arn), ...paging });

export function listRules(bus: Bus, body: unknown) {
  const { NamePrefix = '', EventBusName, ...page } = parse(ListRules, body);
  checkBus(EventBusName);
  const rules = sortedRules(bus).filter(({ name }) => name.startsWith(NamePrefix));
  const { items, next } = pageOf(rules, ({ name }) => name, page);
  return { Rules: items.map(shown), ...next };
}

/** Repeated deletes succeed; a rule with targets stays. */
export function deleteRule(bus: Bus, body: unknown) {
  const { Name: name, EventBusName } = parse(OfRule, body);
  checkBus(EventBusName);
  const targets = bus.rules.get(name)?.targets.size ?? 0;
  if (targets > 0) throw invalid("Rule can't be deleted since it has targets.");
  bus.rules.delete(name);
  return {};
}

function setState(bus: Bus, body: unknown, state: (typeof STATES)[number]) {
  const rule = ruleOf(bus, body);
  if (rule.state !== state) replaceRule(bus, { ...rule, state, since: bus.now() });
  return {};
}

export const enableRule = (bus: Bus, body: unknown) => setState(bus, body, 'ENABLED');
export const disableRule = (bus: Bus, body: unknown) => setState(bus, body, 'DISABLED');
