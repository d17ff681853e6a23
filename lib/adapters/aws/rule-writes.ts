import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { JobRule } from '../../ports.ts';
import { checkEntries, MISSING, persist } from './eventbridge.ts';
import { type RulesOptions, tagsOf, targetOf } from './rule-parts.ts';

const TOO_MANY = 'LimitExceededException';

/**
 * Writes a rule from nothing or over the one that is there. It is enabled last, so it never fires without its target,
 * nor with its old target at its new times. Cut off before that it stays DISABLED, which the next `put` mends; a fire
 * that is lost meanwhile is one that the reconcile makes good.
 */
export async function makeRule(
  client: EventBridgeClient,
  options: RulesOptions,
  rule: JobRule,
): Promise<'made' | 'full'> {
  const { name, expression } = rule;
  // AWS takes the tags of a new rule alone. They come with it, so there is no moment when it is nobody's.
  const putRule = new PutRuleCommand({
    Name: name,
    ScheduleExpression: expression,
    State: 'DISABLED',
    Description: `Wakes job ${rule.job} of space ${rule.space}.`,
    Tags: tagsOf(options, rule),
  });
  const put = await persist(`PutRule of ${name}`, (once) => client.send(putRule, once), TOO_MANY);
  if (put === TOO_MANY) return 'full';

  const putTargets = new PutTargetsCommand({ Rule: name, Targets: [targetOf(options, rule)] });
  await persist(`PutTargets of ${name}`, async (once) => checkEntries(await client.send(putTargets, once)));

  const enable = new EnableRuleCommand({ Name: name });
  await persist(`EnableRule of ${name}`, (once) => client.send(enable, once));
  return 'made';
}

/**
 * Takes a rule away with all its targets. Cut off anywhere it no longer fires, and the next `remove` goes on. Somebody
 * else who removes it at the same time has done the same.
 */
export async function removeRule(
  client: EventBridgeClient,
  name: string,
  targets: readonly string[],
): Promise<void> {
  const disable = new DisableRuleCommand({ Name: name });
  await persist(`DisableRule of ${name}`, (once) => client.send(disable, once), MISSING);

  if (targets.length > 0) {
    const removeTargets = new RemoveTargetsCommand({ Rule: name, Ids: [...targets] });
    await persist(
      `RemoveTargets of ${name}`,
      async (once) => checkEntries(await client.send(removeTargets, once)),
      MISSING,
    );
  }

  const deleteRule = new DeleteRuleCommand({ Name: name });
  await persist(`DeleteRule of ${name}`, (once) => client.send(deleteRule, once), MISSING);
}
