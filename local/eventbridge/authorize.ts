import * as v from 'valibot';
import { AwsError } from '../aws-error.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';
import { type Buses, busNameOf, DEFAULT_BUS, ruleArn } from './bus.ts';

/** Checks the caller's permissions. Absent: nothing is checked. */
export type Authorize = StackPermissions['denialOf'];

/** Operations without resource-level permissions in IAM. */
const ON_ALL = ['ListRules', 'ListRuleNamesByTarget', 'ListEventBuses', 'TestEventPattern'];

const Named = v.object({
  Name: v.optional(v.string()),
  Rule: v.optional(v.string()),
  EventBusName: v.optional(v.string()),
  ResourceARN: v.optional(v.string()),
  Tags: v.optional(v.array(v.unknown()), []),
  Targets: v.optional(v.array(v.object({ Arn: v.string() })), []),
  Entries: v.optional(v.array(v.object({ EventBusName: v.optional(v.string()) })), []),
});

/** Throws AccessDeniedException if the caller's role does not allow the operation on its rule or bus. */
export function checkPermissions(
  authorize: Authorize,
  buses: Buses,
  { accessKey, operation, body }: { accessKey: string; operation: string; body: unknown },
): void {
  const named = v.safeParse(Named, body);
  // A malformed request is rejected later, as malformed.
  if (!named.success) return;
  const resources = ON_ALL.includes(operation) ? ['*'] : arnsOf(buses, operation, named.output);
  // Creating a rule with tags needs permission to tag it as well.
  const actions =
    operation === 'PutRule' && named.output.Tags.length > 0 ? [operation, 'TagResource'] : [operation];
  const context = { 'events:TargetArn': named.output.Targets.map(({ Arn }) => Arn) };
  for (const action of actions)
    for (const resource of resources) {
      const denial = authorize(accessKey, `events:${action}`, resource, context);
      if (denial !== undefined) throw new AwsError(denial.code, denial.message);
    }
}

/** ARNs that a request refers to. PutEvents is rejected as a whole if one of its buses is not allowed. */
function arnsOf(buses: Buses, operation: string, named: v.InferOutput<typeof Named>): readonly string[] {
  const { Name, Rule, EventBusName, ResourceARN, Entries } = named;
  const busArn = (nameOrArn: string | undefined): string =>
    `arn:aws:events:${buses.region}:${buses.account}:event-bus/${busNameOf(nameOrArn)}`;
  if (operation === 'PutEvents') return [...new Set(Entries.map((entry) => busArn(entry.EventBusName)))];
  if (operation === 'DescribeEventBus') return [busArn(Name ?? DEFAULT_BUS)];
  return [ResourceARN ?? ruleArn(buses, busNameOf(EventBusName), Name ?? Rule ?? '')];
}
