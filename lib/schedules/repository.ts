import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { isSamePattern } from '../events/trigger.ts';
import { type Calls, callEventBridge, MISSING } from '../platform/aws/eventbridge.ts';
import { paginate, toArray } from '../platform/paginate.ts';
import { areOurs, busOf, hasTarget, type RulesOptions } from './repository-records.ts';
import { checkRule, makeRule, removeRule } from './repository-writes.ts';
import { type BusName, busOfRule, isRuleName, rulePrefix } from './rule-names.ts';
import type { JobRule, RuleRecord, Rules } from './rules.ts';

/** Port to the rules of a stage on both buses, for one invocation. */
export const eventBridgeRules = (calls: Calls, options: RulesOptions): Rules => ({
  list: () => listRules(calls, options),
  put: (rule) => putRule(calls, options, rule),
  check: (rule) => checkRule(calls, options, rule),
  remove: (name) => removeOurs(calls, options, name),
});

async function listRules(calls: Calls, options: RulesOptions): Promise<readonly RuleRecord[]> {
  const { busName } = options;
  const lists = await Promise.all([
    listOn(calls, options, 'default'),
    ...(busName === undefined ? [] : [listOn(calls, options, 'service', busName)]),
  ]);
  return lists.flat();
}

/** Lists the rules of one bus. Names that belong on the other bus are not ours here. A bus that was deleted has no rules. */
async function listOn(calls: Calls, options: RulesOptions, bus: BusName, EventBusName?: string) {
  const list = async (NextToken?: string) => {
    const command = new ListRulesCommand({ NamePrefix: rulePrefix(options), NextToken, EventBusName });
    const send = (once: { abortSignal: AbortSignal }) => calls.client.send(command, once);
    const page = await callEventBridge(calls, 'ListRules', send, MISSING);
    return page === MISSING ? { items: [] } : { items: page.Rules ?? [], next: page.NextToken };
  };
  const rules = await toArray(paginate(list));
  return rules.flatMap(({ Name = '', ScheduleExpression, EventPattern, State }) =>
    isRuleName(options, Name) && busOfRule(Name) === bus
      ? { name: Name, expression: ScheduleExpression, pattern: EventPattern, enabled: State === 'ENABLED' }
      : [],
  );
}

/** Creates or repairs a rule. An unchanged one takes two reads and no write. */
async function putRule(calls: Calls, options: RulesOptions, rule: JobRule) {
  const { name } = rule;
  const [found, targets] = await Promise.all([find(calls, options, name), targetsOf(calls, options, name)]);
  if (found !== undefined) {
    const { ScheduleExpression, EventPattern, State } = found;
    const isIt =
      'expression' in rule
        ? ScheduleExpression === rule.expression
        : isSamePattern(EventPattern, rule.pattern);
    if (isIt && State === 'ENABLED' && hasTarget(options, rule, targets)) return 'kept';
    if (!areOurs(options, await tagsOfRule(calls, found.Arn), rule)) return 'notOurs';
  }
  return makeRule(calls, options, rule);
}

async function removeOurs(calls: Calls, options: RulesOptions, name: string) {
  if (!isRuleName(options, name)) return 'notOurs';
  const found = await find(calls, options, name);
  if (found === undefined) return 'notThere';
  if (!areOurs(options, await tagsOfRule(calls, found.Arn))) return 'notOurs';
  await removeRule(calls, options, name, (rule) => targetsOf(calls, options, rule));
  return 'removed';
}

async function find(calls: Calls, options: RulesOptions, name: string) {
  const command = new DescribeRuleCommand({ Name: name, ...busOf(options, name) });
  const found = await callEventBridge(
    calls,
    `DescribeRule of ${name}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? undefined : found;
}

/** Targets of a rule. It has at most five, so one page. */
async function targetsOf(calls: Calls, options: RulesOptions, name: string) {
  const command = new ListTargetsByRuleCommand({ Rule: name, ...busOf(options, name) });
  const found = await callEventBridge(
    calls,
    `ListTargetsByRule of ${name}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? [] : (found.Targets ?? []);
}

/** Tags of a rule; none when it was deleted since it was read. */
async function tagsOfRule(calls: Calls, arn = '') {
  const command = new ListTagsForResourceCommand({ ResourceARN: arn });
  const found = await callEventBridge(
    calls,
    `ListTagsForResource of ${arn}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? [] : (found.Tags ?? []);
}
