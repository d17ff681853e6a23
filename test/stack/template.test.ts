import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readStackTemplate } from '../../local/iam/stack-template.ts';
import { invokersOf, rolesOf, Template } from '../../local/iam/template.ts';
import { type Packaged, packageStack, type Resource } from '../support/packaged.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every setting that adds to the stack. */
const ALL_SETTINGS = {
  network: 'vpc',
  subnetIds: 'subnet-1,subnet-2',
  securityGroupIds: 'sg-1',
  clusterAuth: 'token-secret',
  authorizer: 'jwt',
  jwtIssuer: 'https://issuer.example',
  jwtAudience: 'taskbridge',
  console: 'origin',
  consoleOrigin: 'https://console.example',
  logGroup: '/aws/containerinsights/billing/application',
  alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms',
};

const STAGES = [
  ['dev', {}],
  ['prod', {}],
  ['all', ALL_SETTINGS],
  ['local', {}],
] as const;

const packaged = new Map<string, Packaged>();

beforeAll(async () => {
  for (const [stage, settings] of STAGES) packaged.set(stage, await packageStack(stage, settings));
}, 360_000);

afterAll(async () => {
  for (const one of packaged.values()) await one.remove();
});

const templateOf = (stage: string) => packaged.get(stage)?.template ?? { Resources: {} };

const ofType = (stage: string, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(templateOf(stage).Resources).filter(([, { Type }]) => Type === type);

const statementsOf = (stage: string) =>
  [...rolesOf(v.parse(Template, templateOf(stage)))].flatMap(([role, statements]) =>
    statements.map((statement) => ({ role, ...statement })),
  );

/** What may be asked on all resources: AWS knows no narrower one for these, and none of them changes anything. */
const LISTS = ['events:ListRules', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

describe.each(['dev', 'prod', 'all'])('the template of stage %s', (stage) => {
  it('allows a writing action on named resources alone', () => {
    const statements = statementsOf(stage).filter(({ Effect }) => Effect === 'Allow');
    const onAll = statements.filter(({ Resource }) => Resource.includes('*'));
    expect(onAll.flatMap(({ Action }) => Action).filter((action) => !LISTS.includes(action))).toEqual([]);
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
      expect(Resource).toEqual(Action.includes('events:ListRules') ? ['*'] : own);
    const making = rules.filter(({ Action }) => Action.includes('events:PutRule')).map(({ role }) => role);
    expect(making).toEqual(['SchedulerRole', 'ReconcilerRole']);
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

  it('gives each asynchronous function retries, an age and a place for what fails', () => {
    const behindTheGateway = ofType(stage, 'AWS::ApiGatewayV2::Integration').map(([, { Properties }]) =>
      JSON.stringify(Properties.IntegrationUri),
    );
    const asynchronous = ofType(stage, 'AWS::Lambda::Function')
      .map(([id]) => id)
      .filter((id) => !behindTheGateway.some((uri) => uri.includes(`"${id}"`)));
    expect(asynchronous).toHaveLength(6);
    const settings = ofType(stage, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    for (const id of asynchronous) {
      expect(
        settings.find(({ FunctionName }) => JSON.stringify(FunctionName) === `{"Ref":"${id}"}`),
      ).toMatchObject({
        MaximumRetryAttempts: expect.any(Number),
        MaximumEventAgeInSeconds: expect.any(Number),
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
      });
    }
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

  it('keeps dead letters encrypted for a fortnight', () => {
    expect(templateOf(stage).Resources.DeadLetters?.Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
      SqsManagedSseEnabled: true,
    });
  });

  it('gives each function a log group, and each log group a retention', () => {
    const groups = ofType(stage, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    for (const group of groups) expect(group).toMatchObject({ RetentionInDays: expect.any(Number) });
    const names = groups.map(({ LogGroupName }) => LogGroupName);
    for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      expect(names).toContain(`/aws/lambda/${Properties.FunctionName}`);
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON' });
    }
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

  it('removes the rules after the functions that make them', () => {
    const { Resources } = templateOf(stage);
    for (const id of [
      'CreateDashjobLambdaFunction',
      'ScheduleDashjobLambdaFunction',
      'ReconcileLambdaFunction',
    ])
      expect(Resources[id]?.DependsOn).toContain('RuleCleanup');
  });

  it('has an alarm for each thing that operations must know', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);
    expect(alarms).toEqual(
      [
        'dead-letters',
        'failed-invocations',
        'jobs-overdue',
        'reconcile',
        'runs-missed',
        'throttles',
        'trigger-throttles',
      ].map((name) => `taskbridge-${stage}-${name}`),
    );
    const body = templateOf(stage).Resources.Dashboard?.Properties.DashboardBody;
    expect(v.parse(v.object({ 'Fn::Sub': v.pipe(v.string(), v.parseJson()) }), body)).toMatchObject({
      'Fn::Sub': { widgets: expect.any(Array) },
    });
  });
});

describe('the alarm of throttled calls', () => {
  it('watches the functions that no concurrency is reserved for, which users call', () => {
    const { Metrics } = v.parse(
      v.object({ Metrics: v.array(v.looseObject({})) }),
      templateOf('prod').Resources.ThrottlesAlarm?.Properties,
    );
    const { Metrics: ofTriggers } = v.parse(
      v.object({ Metrics: v.array(v.looseObject({})) }),
      templateOf('prod').Resources.TriggerThrottlesAlarm?.Properties,
    );
    // An alarm adds up ten metrics at most.
    for (const metrics of [Metrics, ofTriggers]) expect(metrics.length - 1).toBeLessThanOrEqual(10);
    const watched = ofType('prod', 'AWS::Lambda::Function').filter(([, { Properties }]) =>
      JSON.stringify([Metrics, ofTriggers]).includes(`"Value":"${Properties.FunctionName}"`),
    );
    const unreserved = ofType('prod', 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties.ReservedConcurrentExecutions === undefined,
    );
    expect(watched.map(([id]) => id)).toEqual(unreserved.map(([id]) => id));
    expect(Metrics.length + ofTriggers.length).toBe(2 + unreserved.length);
  });
});

describe('the settings of a stage', () => {
  const readerOf = (stage: string) => statementsOf(stage).filter(({ role }) => role === 'ReaderRole');

  it('give each identity its own token, and none where functions sign in by EKS', () => {
    const secrets = (stage: string) =>
      statementsOf(stage)
        .filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))
        .map(({ role, Resource }) => `${role} ${Resource.join().split(':secret:')[1]}`);
    expect(secrets('prod')).toEqual([]);
    expect(secrets('all')).toEqual([
      'ReaderRole taskbridge/all/reader-??????',
      'RunnerRole taskbridge/all/runner-??????',
      'SchedulerRole taskbridge/all/runner-??????',
      'KeeperRole taskbridge/all/keeper-??????',
      'ReconcilerRole taskbridge/all/keeper-??????',
    ]);
  });

  it('let the reader read the log group that they name', () => {
    const mayRead = (stage: string) =>
      readerOf(stage).some(({ Action }) => Action.includes('logs:FilterLogEvents'));
    expect([mayRead('prod'), mayRead('all')]).toEqual([false, true]);
  });

  it('put all functions into the VPC or none', () => {
    const inVpc = (stage: string) =>
      ofType(stage, 'AWS::Lambda::Function').filter(
        ([, { Properties }]) => Properties.VpcConfig !== undefined,
      );
    expect(inVpc('prod')).toEqual([]);
    expect(inVpc('all')).toHaveLength(ofType('all', 'AWS::Lambda::Function').length);
  });

  it('choose who authorizes callers', () => {
    const kinds = (stage: string) => [
      ...new Set(
        ofType(stage, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.AuthorizationType),
      ),
    ];
    expect([kinds('prod'), kinds('all')]).toEqual([['AWS_IAM'], ['JWT']]);
  });

  it.each(['network', 'clusterAuth', 'authorizer'])(
    'stop the packaging where %s is a word of none',
    async (name) => {
      await expect(packageStack('prod', { [name]: 'vpv' })).rejects.toMatchObject({
        stdout: expect.stringMatching(/Cannot resolve variable at .*: Value not found/),
      });
    },
    60_000,
  );
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

describe('pages of other origins', () => {
  it('may call the API of no stage that does not name the console', () => {
    for (const stage of ['dev', 'prod', 'local']) {
      const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties).toBeDefined();
      expect(api?.Properties).not.toHaveProperty('CorsConfiguration');
    }
  });

  it('are those of the console alone where it is named', () => {
    const [[, api] = []] = ofType('all', 'AWS::ApiGatewayV2::Api');
    expect(api?.Properties?.CorsConfiguration).toEqual({
      AllowOrigins: ['https://console.example'],
      AllowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
      ExposeHeaders: ['location', 'retry-after'],
      MaxAge: 600,
    });
  });
});
