import type * as v from 'valibot';
import { ACCOUNT, accessKeyOf, functionArn, REGION, USER_KEY } from '../account.ts';
import type { Deployment } from '../cloudformation/serverless.ts';
import { functionNameOf, logicalIdOf, stackRules } from '../cloudformation/stack.ts';
import { allows, matches, type RequestContext } from './policy.ts';
import { type Invoker, invokersOf, rolesOf, type Template } from './template.ts';

/** Denial in AWS's code and words. */
type Denial = { readonly code: string; readonly message: string };

/** Permissions of callers in the local account, exactly as the stack's template grants them. */
export type StackPermissions = {
  /** `undefined`: the access key may do it. The developer's key may do everything. */
  denialOf(accessKey: string, action: string, resource: string, context?: RequestContext): Denial | undefined;
  /** Tests if a permission of the function covers invocations by this rule. */
  isInvokeAllowed(ruleArn: string, functionArn: string): boolean;
};

export function stackPermissions(
  deployment: Deployment,
  template: v.InferOutput<typeof Template>,
): StackPermissions {
  const roles = rolesOf(template);
  const functions = new Map(deployment.functions.map((one) => [accessKeyOf(one.name), one]));
  const invokers = [...invokersOf(template), ...invokersOfRules(deployment)];
  return {
    denialOf: (accessKey, action, resource, context) => {
      if (accessKey === USER_KEY) return undefined;
      const caller = functions.get(accessKey);
      if (caller === undefined)
        return {
          code: 'UnrecognizedClientException',
          message: 'The security token included in the request is invalid.',
        };
      if (allows(roles.get(caller.role) ?? [], action, resource, context)) return undefined;
      const user = `arn:aws:sts::${ACCOUNT}:assumed-role/${caller.role}/${caller.name}`;
      return {
        code: 'AccessDeniedException',
        message:
          `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ` +
          `because no identity-based policy allows the ${action} action`,
      };
    },
    isInvokeAllowed: (ruleArn, arn) =>
      invokers.some(
        ({ function: id, principal, sourceArn }) =>
          principal === 'events.amazonaws.com' &&
          arn === functionArnOf(deployment, id) &&
          matches(sourceArn, ruleArn),
      ),
  };
}

const functionArnOf = ({ service, functions }: Deployment, id: string): string | undefined => {
  const found = functions.find(({ name }) => logicalIdOf(name) === id);
  return found && functionArn(service, found.name);
};

/** Permissions that Serverless generates for each event of a function, limited to that event's rule. */
const invokersOfRules = (deployment: Deployment): readonly Invoker[] =>
  stackRules(deployment).map((rule) => ({
    function: logicalIdOf(functionNameOf(deployment, rule.target)),
    principal: 'events.amazonaws.com',
    sourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${'bus' in rule ? `${rule.bus}/` : ''}${rule.name}`,
  }));
