import {
  DeleteRuleCommand,
  DisableRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import type { Random } from './random.ts';

/** Does to a rule what people do by hand: deletes it, disables it, changes it, takes its target away. */
export async function spoilRule(client: EventBridgeClient, Name: string, random: Random): Promise<void> {
  const how = random.pick(['delete', 'delete', 'disable', 'change', 'removeTarget']);
  if (how === 'disable') {
    await client.send(new DisableRuleCommand({ Name }));
    return;
  }
  if (how === 'change') {
    await client.send(
      new PutRuleCommand({ Name, ScheduleExpression: 'cron(0 0 1 1 ? *)', State: 'ENABLED' }),
    );
    return;
  }
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
  const Ids = Targets.map(({ Id = '' }) => Id);
  if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ Rule: Name, Ids }));
  if (how === 'delete') await client.send(new DeleteRuleCommand({ Name }));
}
