import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { StackRights } from '../iam/stack-rights.ts';
import type { Bus } from './bus.ts';
import { Refusal } from './refusal.ts';
import { busOf } from './request.ts';

/** Decides over requests; absent where nobody's rights are looked at. */
export type Authorize = StackRights['refusalOf'];

/** Operations that AWS knows no narrower resource for. */
const ON_ALL = ['ListRules', 'ListRuleNamesByTarget'];

const Named = v.object({
  Name: v.optional(v.string()),
  Rule: v.optional(v.string()),
  EventBusName: v.optional(v.string()),
  ResourceARN: v.optional(v.string()),
  Tags: v.optional(v.array(v.unknown()), []),
});

/** The access key that a request is signed with. The signature itself is not checked. */
const accessKeyOf = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1];

/** Throws the refusal of a caller whose role does not allow the operation on its rule. */
export function checkRights(
  authorize: Authorize,
  bus: Bus,
  { request, operation, body }: { request: IncomingMessage; operation: string; body: unknown },
): void {
  const named = v.safeParse(Named, body);
  // What is malformed is refused as that.
  if (!named.success) return;
  const resource = ON_ALL.includes(operation) ? '*' : arnOf(bus, named.output);
  // A rule that is made with tags needs the right to tag it too.
  const actions =
    operation === 'PutRule' && named.output.Tags.length > 0 ? [operation, 'TagResource'] : [operation];
  for (const action of actions) {
    const refusal = authorize(accessKeyOf(request), `events:${action}`, resource);
    if (refusal !== undefined) throw new Refusal(refusal.code, refusal.message);
  }
}

/** Rules of the default bus have no bus in their ARN. */
function arnOf(
  { region, account }: Bus,
  { Name, Rule, EventBusName, ResourceARN }: v.InferOutput<typeof Named>,
) {
  if (ResourceARN !== undefined) return ResourceARN;
  const on = busOf(EventBusName);
  const name = Name ?? Rule ?? '';
  return `arn:aws:events:${region}:${account}:rule/${on === 'default' ? name : `${on}/${name}`}`;
}
