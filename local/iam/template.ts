import * as v from 'valibot';
import { ACCOUNT, REGION } from '../account.ts';
import { resolve } from './intrinsics.ts';
import { Statement } from './policy.ts';

/** The part of a CloudFormation template that is read. */
export const Template = v.object({
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(v.string(), v.looseObject({ Type: v.string() })),
});

type Template = v.InferOutput<typeof Template>;

const Policy = v.object({ PolicyDocument: v.object({ Statement: v.array(Statement) }) });

const Role = v.object({
  Properties: v.object({
    Policies: v.array(Policy),
    ManagedPolicyArns: v.optional(v.array(v.string()), []),
  }),
});

const ManagedPolicy = v.object({ Properties: Policy });

const Permission = v.object({
  Properties: v.object({
    FunctionName: v.string(),
    Action: v.literal('lambda:InvokeFunction'),
    Principal: v.string(),
    SourceArn: v.string(),
  }),
});

/** Lambda permission: a service that may invoke a function, limited by a pattern of source ARNs. */
export type Invoker = {
  /** Logical id of the function. */
  readonly function: string;
  readonly principal: string;
  readonly sourceArn: string;
};

const resourcesOf = (
  { Resources, Conditions }: Template,
  type: string,
): readonly (readonly [string, unknown])[] =>
  Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, resource]) => [
      id,
      resolve(resource, {
        pseudo: { 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT },
        conditions: Conditions,
      }),
    ]);

/** Policy statements of each role by its logical id, managed policies included. */
export function rolesOf(template: Template): ReadonlyMap<string, readonly Statement[]> {
  const managed = new Map(
    resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(([id, resource]) => [
      id,
      v.parse(ManagedPolicy, resource).Properties.PolicyDocument.Statement,
    ]),
  );
  return new Map(
    resourcesOf(template, 'AWS::IAM::Role').map(([id, resource]) => {
      const { Policies, ManagedPolicyArns } = v.parse(Role, resource).Properties;
      const own = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return [id, [...own, ...ManagedPolicyArns.flatMap((arn) => managed.get(arn) ?? [])]];
    }),
  );
}

/** Lambda permissions of a template. Throws for one that allows more than invocation by a source. */
export const invokersOf = (template: Template): readonly Invoker[] =>
  resourcesOf(template, 'AWS::Lambda::Permission').map(([, resource]) => {
    const { FunctionName, Principal, SourceArn } = v.parse(Permission, resource).Properties;
    return { function: FunctionName.replace(/\.Arn$/, ''), principal: Principal, sourceArn: SourceArn };
  });
