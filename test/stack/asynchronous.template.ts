import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { DEPLOYED, ofType, templateOf } from './support/stages.ts';

/** Asynchronous calls: targets, retries and dead-letter queues. */
export const asynchronous = (): void => {
  describe.each(DEPLOYED)('the template of stage %s', (stage) => {
    it('gives each asynchronous function retries and a maximum age, and those of events alone a dead-letter queue', () => {
      const behindTheGateway = ofType(stage, 'AWS::ApiGatewayV2::Integration').map(([, { Properties }]) =>
        JSON.stringify(Properties.IntegrationUri),
      );
      const asynchronous = ofType(stage, 'AWS::Lambda::Function')
        .map(([id]) => id)
        .filter((id) => !behindTheGateway.some((uri) => uri.includes(`"${id}"`)));
      expect(asynchronous).toHaveLength(6);
      const settings = ofType(stage, 'AWS::Lambda::EventInvokeConfig').map(
        ([, { Properties }]) => Properties,
      );
      const destinations = asynchronous.map((id) => {
        const found = settings.find(({ FunctionName }) => JSON.stringify(FunctionName) === `{"Ref":"${id}"}`);
        expect(found).toMatchObject({
          MaximumRetryAttempts: expect.any(Number),
          MaximumEventAgeInSeconds: expect.any(Number),
        });
        return [id, found?.DestinationConfig];
      });
      const queue = { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } };
      // The next minute repairs a fire, a reconcile and a prune; cleanup answers CloudFormation in any case.
      expect(Object.fromEntries(destinations)).toEqual({
        FireDashjobLambdaFunction: {},
        FireDasheventLambdaFunction: queue,
        RunDashtaskDashonDasheventLambdaFunction: queue,
        ReconcileLambdaFunction: {},
        PruneLambdaFunction: {},
        CleanupLambdaFunction: {},
      });
    });

    it('lets EventBridge alone send dead letters, for the rules of the stage', () => {
      const [[, policy] = []] = ofType(stage, 'AWS::SQS::QueuePolicy');
      const { PolicyDocument } = v.parse(
        v.object({ PolicyDocument: v.object({ Statement: v.array(v.looseObject({ Effect: v.string() })) }) }),
        policy?.Properties,
      );
      const allowing = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
      expect(allowing).toHaveLength(1);
      expect(allowing[0]).toMatchObject({
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnLike: { 'aws:SourceArn': expect.any(Array) } },
      });
    });

    it('keeps dead letters encrypted for a fortnight', () => {
      expect(templateOf(stage).Resources.DeadLetters?.Properties).toMatchObject({
        MessageRetentionPeriod: 14 * 24 * 3600,
        SqsManagedSseEnabled: true,
      });
    });

    it('sends events `Run Task` of its own bus, and no others, to their function', () => {
      const rules = ofType(stage, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
      expect(rules.filter(({ EventPattern }) => EventPattern !== undefined)).toMatchObject([
        {
          EventBusName: { Ref: 'EventBus' },
          EventPattern: { 'detail-type': ['Run Task'] },
          Name: `taskbridge-${stage}-run-task-on-event-rule-1`,
          Targets: [{ RetryPolicy: expect.any(Object), DeadLetterConfig: expect.any(Object) }],
        },
      ]);
    });

    it('keeps the name of the resource that removes the rules, since a new one would remove them at an update', () => {
      expect(ofType(stage, 'Custom::RuleCleanup').map(([id]) => id)).toEqual(['RuleCleanup']);
      const { Properties } = templateOf(stage).Resources.RuleCleanup ?? {};
      expect(Properties).toEqual({
        ServiceToken: { 'Fn::GetAtt': ['CleanupLambdaFunction', 'Arn'] },
        ServiceTimeout: '600',
      });
    });

    it('removes the rules after the functions that make them', () => {
      const { Resources } = templateOf(stage);
      for (const id of [
        'CreateDashjobLambdaFunction',
        'ScheduleDashjobLambdaFunction',
        'ReconcileLambdaFunction',
      ])
        expect(Resources[id]?.DependsOn).toContain('RuleCleanup');
    });
  });
};
