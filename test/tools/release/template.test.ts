import { describe, expect, it } from '@jest/globals';
import { notesOf } from '../../../tools/release/notes.ts';
import {
  PACKAGED_STAGE,
  parametersOf,
  releasedTemplate,
  settingsOf,
  valuesToPackage,
} from '../../../tools/release/template.ts';

const FIXED = {
  clusterAuth: 'eks',
  network: 'public',
  authorizer: 'iam',
  console: 'none',
  registryAuth: 'none',
};
const DEFAULTS = { throttleRate: '100', clusterEndpoint: 'https://cluster.invalid', logGroup: '' };

/** Released from a packaged template that has this beside nothing. */
const released = (Properties: Readonly<Record<string, unknown>>) =>
  releasedTemplate(
    { Resources: { One: { Type: 'A', Properties } }, Outputs: {} },
    { version: '1.2.3', parameters: {} },
  );
const values = valuesToPackage(FIXED);

describe('the template of a release', () => {
  it.each([
    ['a whole value', values.logGroup, { Ref: 'LogGroup' }],
    ['a part of a text', `a-${values.logGroup}-b`, { 'Fn::Sub': `a-\${LogGroup}-b` }],
    [
      'two settings in a text',
      `${PACKAGED_STAGE}/${values.maxRules}`,
      { 'Fn::Sub': `\${Stage}/\${MaxRules}` },
    ],
    [
      'a text that is resolved already',
      { 'Fn::Sub': `arn:\${AWS::Partition}:x:${PACKAGED_STAGE}-*` },
      { 'Fn::Sub': `arn:\${AWS::Partition}:x:\${Stage}-*` },
    ],
    ['a text that looks like a variable', `\${a} ${PACKAGED_STAGE}`, { 'Fn::Sub': `\${!a} \${Stage}` }],
    [
      'members of lists and functions',
      { 'Fn::If': ['A', [values.logGroup], { Ref: 'AWS::NoValue' }] },
      { 'Fn::If': ['A', [{ Ref: 'LogGroup' }], { Ref: 'AWS::NoValue' }] },
    ],
    ['all else', { a: [1, true, 'b', null] }, { a: [1, true, 'b', null] }],
  ])('refers to parameters in %s', (_, packaged, expected) => {
    expect(released({ it: packaged })).toMatchObject({
      Resources: { One: { Properties: { it: expected } } },
    });
  });

  it('has neither the bucket of `serverless deploy` nor the stage in ids, and its zips beside it', () => {
    const id = `Taskbridge${PACKAGED_STAGE}rule1`;
    const packaged = {
      Resources: {
        ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
        ServerlessDeploymentBucketPolicy: { Type: 'AWS::S3::BucketPolicy' },
        [id]: { Type: 'AWS::Events::Rule' },
        Read: {
          Type: 'AWS::Lambda::Function',
          DependsOn: [id],
          Properties: { Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: 'a/2026/read.zip' } },
        },
      },
      Outputs: { ServerlessDeploymentBucketName: {}, HttpApiUrl: { Value: { 'Fn::GetAtt': [id, 'Arn'] } } },
    };
    expect(releasedTemplate(packaged, { version: '1.2.3', parameters: { Stage: {} } })).toEqual({
      Description: 'Taskbridge 1.2.3',
      Parameters: { Stage: {} },
      Resources: {
        Taskbridgerule1: { Type: 'AWS::Events::Rule' },
        Read: {
          Type: 'AWS::Lambda::Function',
          DependsOn: ['Taskbridgerule1'],
          Properties: { Code: 'functions/read.zip' },
        },
      },
      Outputs: { HttpApiUrl: { Value: { 'Fn::GetAtt': ['Taskbridgerule1', 'Arn'] } } },
    });
  });

  it.each([
    [{}, ['clusterName'], ['subnetIds', 'jwtIssuer', 'consoleOrigin', 'ecrRepository', 'registrySecret']],
    [{ network: 'vpc' }, ['subnetIds', 'securityGroupIds'], ['jwtIssuer']],
    [{ authorizer: 'jwt', console: 'origin' }, ['jwtIssuer', 'jwtAudience', 'consoleOrigin'], ['subnetIds']],
    [{ registryAuth: 'ecr' }, ['ecrRepository'], ['registrySecret']],
    [{ clusterAuth: 'token-secret' }, ['clusterEndpoint'], ['clusterName']],
    [{ clusterEndpoint: 'https://k8s.example' }, ['clusterCa'], ['clusterEndpoint']],
  ])('has with %j the parameters %j and not %j', (changed, has, hasNot) => {
    const settings = settingsOf({ ...FIXED, ...changed });
    expect(settings).toEqual(expect.arrayContaining(has));
    expect(settings.filter((name) => hasNot.includes(name))).toEqual([]);
  });

  it('takes defaults from serverless.yml, and none where a value must be given', () => {
    const parameters = parametersOf(['throttleRate', 'clusterEndpoint', 'logGroup'], DEFAULTS);
    const defaults = Object.entries(parameters).map(([name, { Default }]) => [name, Default]);
    expect(defaults).toEqual([
      ['Stage', 'prod'],
      ['ThrottleRate', 100],
      ['ClusterEndpoint', undefined],
      ['LogGroup', ''],
    ]);
    expect(parameters.ThrottleRate).not.toHaveProperty('where');
  });
});

describe('the notes of a release', () => {
  it('list every parameter, and what must be given in the command', () => {
    const parameters = parametersOf(settingsOf(FIXED), DEFAULTS);
    const notes = notesOf({ version: '1.2.3', chosen: FIXED, parameters });
    for (const name of Object.keys(parameters)) expect(notes).toContain(`| ${name} |`);
    expect(notes).toContain('--parameter-overrides Stage=$STAGE ClusterEndpoint=… ClusterName=…\n');
    expect(notes).toContain('| network | public |');
  });
});
