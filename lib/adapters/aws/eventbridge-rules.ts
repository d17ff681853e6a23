import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { isRuleName, rulePrefix } from '../../domain/rule-names.ts';
import type { JobRule, RuleRecord, Rules } from '../../ports.ts';
import { type Calls, MISSING, persist } from './eventbridge.ts';
import { areOurs, hasTarget, type RulesOptions } from './rule-parts.ts';
import { makeRule, removeRule } from './rule-writes.ts';

/** The rules of a stage on the default bus of EventBridge, for one invocation. */
export const eventBridgeRules = (calls: Calls, options: RulesOptions): Rules => ({
  list: () => listRules(calls, options),
  put: (rule) => putRule(calls, options, rule),
  remove: (name) => removeOurs(calls, options, name),
});

async function listRules(calls: Calls, options: RulesOptions): Promise<readonly RuleRecord[]> {
  const rules: RuleRecord[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListRulesCommand({ NamePrefix: rulePrefix(options), NextToken });
    const page = await persist(calls, 'ListRules', (once) => calls.client.send(command, once));
    for (const { Name = '', ScheduleExpression = '', State } of page.Rules ?? []) {
      if (!isRuleName(options, Name)) continue;
      rules.push({ name: Name, expression: ScheduleExpression, enabled: State === 'ENABLED' });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

/** Two reads and no write for a rule that is as it should be. */
async function putRule(calls: Calls, options: RulesOptions, rule: JobRule) {
  const [found, targets] = await Promise.all([find(calls, rule.name), targetsOf(calls, rule.name)]);
  if (found !== undefined) {
    const { ScheduleExpression, State } = found;
    const inForce = ScheduleExpression === rule.expression && State === 'ENABLED';
    if (inForce && hasTarget(options, rule, targets)) return 'kept';
    if (!areOurs(options, await tagsOfRule(calls, found.Arn), rule)) return 'notOurs';
  }
  return makeRule(calls, options, rule);
}

async function removeOurs(calls: Calls, options: RulesOptions, name: string) {
  if (!isRuleName(options, name)) return 'notOurs';
  const found = await find(calls, name);
  if (found === undefined) return 'notThere';
  if (!areOurs(options, await tagsOfRule(calls, found.Arn))) return 'notOurs';
  await removeRule(calls, name, (rule) => targetsOf(calls, rule));
  return 'removed';
}

async function find(calls: Calls, name: string) {
  const command = new DescribeRuleCommand({ Name: name });
  const found = await persist(
    calls,
    `DescribeRule of ${name}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? undefined : found;
}

/** A rule has at most five targets: they come in one page. */
async function targetsOf(calls: Calls, name: string) {
  const command = new ListTargetsByRuleCommand({ Rule: name });
  const found = await persist(
    calls,
    `ListTargetsByRule of ${name}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? [] : (found.Targets ?? []);
}

/** No tags for a rule that is gone since it was found. */
async function tagsOfRule(calls: Calls, arn = '') {
  const command = new ListTagsForResourceCommand({ ResourceARN: arn });
  const found = await persist(
    calls,
    `ListTagsForResource of ${arn}`,
    (once) => calls.client.send(command, once),
    MISSING,
  );
  return found === MISSING ? [] : (found.Tags ?? []);
}
