import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readStackTemplate } from '../../local/iam/stack-template.ts';
import { invokersOf, rolesOf, Template } from '../../local/iam/template.ts';
import { DEPLOYED, ofType, statementsOf, templateOf } from './support/stages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Actions on all resources: AWS knows no narrower one for these, and none of them changes anything but traces. */
const ON_ALL = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'events:ListRules',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ecr:GetAuthorizationToken',
];

/** IAM rights of each function, and permissions to invoke it. */
export const rights = (): void => {
  describe.each(DEPLOYED)('the template of stage %s', (stage) => {
    it('allows a writing action on named resources alone', () => {
      const statements = statementsOf(stage).filter(({ Effect }) => Effect === 'Allow');
      const onAll = statements.filter(({ Resource }) => Resource.includes('*'));
      expect(onAll.flatMap(({ Action }) => Action).filter((action) => !ON_ALL.includes(action))).toEqual([]);
      expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
      expect(statements.length).toBeGreaterThan(10);
    });

    it('lets three roles touch rules, and only those of its jobs, on both buses', () => {
      const rules = statementsOf(stage).filter(({ Action }) =>
        Action.some((action) => action.startsWith('events:') && action !== 'events:PutEvents'),
      );
      expect([...new Set(rules.map(({ role }) => role))].toSorted()).toEqual([
        'CleanupRole',
        'ReconcilerRole',
        'SchedulerRole',
      ]);
      const prefix = 'arn:aws:events:us-east-1:000000000000:rule/';
      const own = [
        `${prefix}taskbridge-${stage}-job-*`,
        `${prefix}taskbridge-${stage}/taskbridge-${stage}-job-*`,
      ];
      for (const { Action, Resource } of rules)
        expect(Resource).toEqual(ON_ALL.some((list) => Action.includes(list)) ? ['*'] : own);
      const making = rules.filter(({ Action }) => Action.includes('events:PutRule')).map(({ role }) => role);
      expect(making).toEqual(['SchedulerRole', 'ReconcilerRole']);
    });

    it("lets the rules of jobs have jobs' functions as targets alone", () => {
      const putting = statementsOf(stage).filter(({ Action }) => Action.includes('events:PutTargets'));
      const prefix = `arn:aws:lambda:us-east-1:000000000000:function:taskbridge-${stage}-`;
      expect(putting.map(({ role, Action, Condition }) => [role, Action, Condition])).toEqual(
        ['SchedulerRole', 'ReconcilerRole'].map((role) => [
          role,
          ['events:PutTargets'],
          {
            'ForAllValues:ArnEquals': { 'events:TargetArn': [`${prefix}fire-job`, `${prefix}fire-event`] },
            Null: { 'events:TargetArn': 'false' },
          },
        ]),
      );
    });

    it('traces every function, whose role may send traces', () => {
      const tracing = statementsOf(stage).filter(({ Action }) => Action.includes('xray:PutTraceSegments'));
      const roles = new Set(tracing.map(({ role }) => role));
      for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
        expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
        expect([...roles].map((role) => JSON.stringify({ 'Fn::GetAtt': [role, 'Arn'] }))).toContain(
          JSON.stringify(Properties.Role),
        );
      }
    });

    it('gives the rules of all jobs one permission a bus', () => {
      const template = v.parse(Template, templateOf(stage));
      // With it EventBridge could not call the function; the ARN names the account.
      for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Permission'))
        expect(Properties).not.toHaveProperty('SourceAccount');
      const ofRules = invokersOf(template).filter(({ sourceArn }) => sourceArn.includes('-job-'));
      expect(ofRules.map((one) => [one.function, one.principal, one.sourceArn])).toEqual([
        [
          'FireDashjobLambdaFunction',
          'events.amazonaws.com',
          `arn:aws:events:us-east-1:000000000000:rule/taskbridge-${stage}-job-*`,
        ],
        [
          'FireDasheventLambdaFunction',
          'events.amazonaws.com',
          `arn:aws:events:us-east-1:000000000000:rule/taskbridge-${stage}-job-*-e`,
        ],
        [
          'FireDasheventLambdaFunction',
          'events.amazonaws.com',
          `arn:aws:events:us-east-1:000000000000:rule/taskbridge-${stage}/taskbridge-${stage}-job-*-s`,
        ],
      ]);
    });

    it('has nothing that is public', () => {
      const routes = ofType(stage, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
      expect(routes.length).toBeGreaterThan(20);
      expect(
        routes.filter(({ AuthorizationType }) => !['AWS_IAM', 'JWT'].includes(String(AuthorizationType))),
      ).toEqual([]);
      expect(ofType(stage, 'AWS::Lambda::Url')).toEqual([]);
      for (const { principal, sourceArn } of invokersOf(v.parse(Template, templateOf(stage)))) {
        expect(principal).toMatch(/^(events|apigateway)\.amazonaws\.com$/);
        expect(sourceArn).not.toBe('*');
      }
      for (const [, { Properties }] of ofType(stage, 'AWS::S3::Bucket'))
        expect(Properties.PublicAccessBlockConfiguration).toMatchObject({
          BlockPublicPolicy: true,
          BlockPublicAcls: true,
        });
      expect(JSON.stringify(ofType(stage, 'AWS::S3::BucketPolicy'))).not.toMatch(/"Effect":"Allow"/);
    });
  });

  describe('the local cloud', () => {
    it('reads the very rights from the sources that the template has', async () => {
      const local = await readStackTemplate(root);
      const deployed = v.parse(Template, templateOf('local'));
      expect(rolesOf(local)).toEqual(rolesOf(deployed));
      const ofSources = invokersOf(local);
      expect(ofSources.length).toBe(3);
      expect(invokersOf(deployed)).toEqual(expect.arrayContaining([...ofSources]));
    });
  });
};
