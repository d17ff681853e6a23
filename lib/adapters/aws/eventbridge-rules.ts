import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { isRuleName, rulePrefix } from '../../domain/rule-names.ts';
import type { JobRule, RuleRecord, Rules } from '../../ports.ts';
import { MISSING, persist } from './eventbridge.ts';
import { areOurs, hasTarget, type RulesOptions } from './rule-parts.ts';
import { makeRule, removeRule } from './rule-writes.ts';

/** The rules of a stage on the default bus of EventBridge. */
export const eventBridgeRules = (client: EventBridgeClient, options: RulesOptions): Rules => ({
  list: () => listRules(client, options),
  put: (rule) => putRule(client, options, rule),
  remove: (name) => removeOurs(client, options, name),
});

async function listRules(client: EventBridgeClient, options: RulesOptions): Promise<readonly RuleRecord[]> {
  const rules: RuleRecord[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListRulesCommand({ NamePrefix: rulePrefix(options), NextToken });
    const page = await persist('ListRules', (once) => client.send(command, once));
    for (const { Name = '', ScheduleExpression = '', State } of page.Rules ?? []) {
      if (!isRuleName(options, Name)) continue;
      rules.push({ name: Name, expression: ScheduleExpression, enabled: State === 'ENABLED' });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

/** Two reads and no write for a rule that is as it should be. */
async function putRule(client: EventBridgeClient, options: RulesOptions, rule: JobRule) {
  const [found, targets] = await Promise.all([find(client, rule.name), targetsOf(client, rule.name)]);
  if (found !== undefined) {
    const { ScheduleExpression, State } = found;
    const inForce = ScheduleExpression === rule.expression && State === 'ENABLED';
    if (inForce && hasTarget(options, rule, targets)) return 'kept';
    if (!areOurs(options, await tagsOfRule(client, found.Arn), rule)) return 'notOurs';
  }
  return makeRule(client, options, rule);
}

async function removeOurs(client: EventBridgeClient, options: RulesOptions, name: string) {
  if (!isRuleName(options, name)) return 'notOurs';
  const found = await find(client, name);
  if (found === undefined) return 'notThere';
  if (!areOurs(options, await tagsOfRule(client, found.Arn))) return 'notOurs';
  await removeRule(client, name, (rule) => targetsOf(client, rule));
  return 'removed';
}

async function find(client: EventBridgeClient, name: string) {
  const command = new DescribeRuleCommand({ Name: name });
  const found = await persist(`DescribeRule of ${name}`, (once) => client.send(command, once), MISSING);
  return found === MISSING ? undefined : found;
}

/** A rule has at most five targets: they come in one page. */
async function targetsOf(client: EventBridgeClient, name: string) {
  const command = new ListTargetsByRuleCommand({ Rule: name });
  const found = await persist(`ListTargetsByRule of ${name}`, (once) => client.send(command, once), MISSING);
  return found === MISSING ? [] : (found.Targets ?? []);
}

/** No tags for a rule that is gone since it was found. */
async function tagsOfRule(client: EventBridgeClient, arn = '') {
  const command = new ListTagsForResourceCommand({ ResourceARN: arn });
  const found = await persist(`ListTagsForResource of ${arn}`, (once) => client.send(command, once), MISSING);
  return found === MISSING ? [] : (found.Tags ?? []);
}
