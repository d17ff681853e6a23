import { describe, expect, it } from '@jest/globals';
import { createConfig } from '../../lib/platform/config.ts';

const eks = {
  TASKBRIDGE_CLUSTER_AUTH: 'eks',
  TASKBRIDGE_CLUSTER_NAME: 'billing-cluster',
  AWS_REGION: 'eu-central-1',
  TASKBRIDGE_CLUSTER_ENDPOINT: 'https://cluster.example/',
};
const file = { ...eks, TASKBRIDGE_CLUSTER_AUTH: 'token-file', TASKBRIDGE_CLUSTER_TOKEN_FILE: '/token' };
const secret = {
  ...eks,
  TASKBRIDGE_CLUSTER_AUTH: 'token-secret',
  TASKBRIDGE_CLUSTER_TOKEN_SECRETS: 'taskbridge/dev',
  TASKBRIDGE_IDENTITY: 'runner',
};
const certificate = {
  ...eks,
  TASKBRIDGE_CLUSTER_AUTH: 'certificate',
  TASKBRIDGE_CLUSTER_CERT_FILE: '/crt',
  TASKBRIDGE_CLUSTER_KEY_FILE: '/key',
};

describe('the cluster of a config', () => {
  it.each([
    ['eks', eks, { kind: 'eks', cluster: 'billing-cluster', region: 'eu-central-1' }],
    ['token-secret', secret, { kind: 'token-secret', name: 'taskbridge/dev/runner', region: 'eu-central-1' }],
    ['token-file', file, { kind: 'token-file', file: '/token' }],
    ['certificate', certificate, { kind: 'certificate', certFile: '/crt', keyFile: '/key' }],
  ])('reads the sign-in by %s', (_, environment, auth) => {
    expect(createConfig(environment).cluster()).toEqual({ endpoint: 'https://cluster.example', auth });
  });

  it("decodes the cluster's authority, and takes the system's own for an empty one", () => {
    const ca = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    expect(createConfig({ ...eks, TASKBRIDGE_CLUSTER_CA: ca }).cluster().ca).toBe(
      '-----BEGIN CERTIFICATE-----',
    );
    expect(createConfig({ ...eks, TASKBRIDGE_CLUSTER_CA: '' }).cluster()).toHaveProperty('ca', undefined);
  });

  it.each([
    ['TASKBRIDGE_CLUSTER_AUTH', eks],
    ['TASKBRIDGE_CLUSTER_NAME', eks],
    ['AWS_REGION', eks],
    ['TASKBRIDGE_CLUSTER_ENDPOINT', eks],
    ['TASKBRIDGE_CLUSTER_TOKEN_SECRETS', secret],
    ['TASKBRIDGE_IDENTITY', secret],
    ['TASKBRIDGE_CLUSTER_TOKEN_FILE', file],
    ['TASKBRIDGE_CLUSTER_CERT_FILE', certificate],
    ['TASKBRIDGE_CLUSTER_KEY_FILE', certificate],
  ])('names %s when it is missing or empty', (missing, environment) => {
    for (const value of [undefined, '']) {
      expect(() => createConfig({ ...environment, [missing]: value }).cluster()).toThrow(
        new RegExp(`^The function's environment is incomplete\\. ${missing}: `),
      );
    }
  });

  it.each([
    ['TASKBRIDGE_CLUSTER_AUTH', 'password'],
    ['TASKBRIDGE_CLUSTER_ENDPOINT', 'cluster.example'],
  ])('names %s when it is wrong', (name, value) => {
    expect(() => createConfig({ ...eks, [name]: value }).cluster()).toThrow(`${name}: `);
  });
});

describe('the rules of a config', () => {
  const rules = {
    TASKBRIDGE_SERVICE: 'taskbridge',
    TASKBRIDGE_STAGE: 'dev',
    TASKBRIDGE_FIRE_JOB_ARN: 'arn:aws:lambda:eu-central-1:111122223333:function:taskbridge-dev-fire-job',
    AWS_REGION: 'eu-central-1',
  };

  it('reads whose rules they are, how many there may be, and what they wake', () => {
    expect(createConfig(rules).rules()).toEqual({
      stage: { service: 'taskbridge', stage: 'dev', maxRules: 100, sources: {} },
      functionArn: rules.TASKBRIDGE_FIRE_JOB_ARN,
      region: 'eu-central-1',
    });
    expect(createConfig({ ...rules, TASKBRIDGE_MAX_RULES: '0' }).rules().stage.maxRules).toBe(0);
  });

  it('goes to AWS unless another place is given', () => {
    const local = { ...rules, AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:4566' };
    expect(createConfig(local).rules().endpoint).toBe('http://127.0.0.1:4566');
    expect(createConfig({ ...local, AWS_ENDPOINT_URL_EVENTBRIDGE: '' }).rules().endpoint).toBeUndefined();
  });

  it('reads what spaces may listen to, and the bus', () => {
    const sources = {
      'team-a': { default: ['aws.s3'], service: ['shop.*'] },
      '*': { default: ['aws.health'] },
    };
    const events = {
      TASKBRIDGE_EVENT_SOURCES: JSON.stringify(sources),
      TASKBRIDGE_EVENT_BUS: 'taskbridge-dev',
    };
    expect(createConfig({ ...rules, ...events }).rules().stage).toMatchObject({
      sources,
      busName: 'taskbridge-dev',
    });
    expect(createConfig({ ...rules, TASKBRIDGE_EVENT_SOURCES: '' }).rules().stage.sources).toEqual({});
  });

  it.each([
    ['no JSON', 'aws.s3', 'sources by space and bus as JSON'],
    ['an unknown bus', '{"team-a":{"shop":["a"]}}', 'shop'],
    ['a source that is no text', '{"team-a":{"default":[1]}}', 'team-a.default.0'],
  ])('refuses sources with %s', (_, text, words) => {
    expect(() => createConfig({ ...rules, TASKBRIDGE_EVENT_SOURCES: text }).rules()).toThrow(words);
  });

  it.each([
    ['TASKBRIDGE_SERVICE', ''],
    ['TASKBRIDGE_STAGE', 'pre-prod'],
    ['TASKBRIDGE_FIRE_JOB_ARN', 'fire-job'],
    ['AWS_REGION', ''],
  ])('names %s when it is missing or wrong', (name, wrong) => {
    for (const value of [undefined, wrong]) {
      expect(() => createConfig({ ...rules, [name]: value }).rules()).toThrow(
        new RegExp(`^The function's environment is incomplete\\. ${name}: `),
      );
    }
  });

  it.each(['-1', '1.5', 'many', ''])('names TASKBRIDGE_MAX_RULES when it is "%s"', (value) => {
    expect(() => createConfig({ ...rules, TASKBRIDGE_MAX_RULES: value }).rules()).toThrow(
      'TASKBRIDGE_MAX_RULES: ',
    );
  });
});

describe('the resource of a GPU of a config', () => {
  it('is that of the stage, or none', () => {
    expect(createConfig({ TASKBRIDGE_GPU_RESOURCE: 'amd.com/gpu' }).gpuResource()).toBe('amd.com/gpu');
    expect(createConfig({ TASKBRIDGE_GPU_RESOURCE: '' }).gpuResource()).toBeUndefined();
  });
});

describe('the X-Ray header of a config', () => {
  it('is that of the current invocation, each time', () => {
    const environment: Record<string, string> = {};
    const { traceHeader } = createConfig(environment);
    expect(traceHeader()).toBeUndefined();
    environment._X_AMZN_TRACE_ID = 'Root=1';
    expect(traceHeader()).toBe('Root=1');
  });
});

describe('the logGroup of a config', () => {
  const group = {
    TASKBRIDGE_LOG_GROUP: '/aws/containerinsights/one/application',
    AWS_REGION: 'eu-central-1',
  };

  it('is the group in the region of the function, or elsewhere where an endpoint is given', () => {
    const expected = { name: group.TASKBRIDGE_LOG_GROUP, region: 'eu-central-1' };
    expect(createConfig(group).logGroup()).toEqual(expected);
    const endpoint = 'http://127.0.0.1:9';
    expect(createConfig({ ...group, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint }).logGroup()).toEqual({
      ...expected,
      endpoint,
    });
  });

  it.each([undefined, ''])('is none when TASKBRIDGE_LOG_GROUP is %j', (name) => {
    expect(createConfig({ ...group, TASKBRIDGE_LOG_GROUP: name }).logGroup()).toBeUndefined();
  });
});

describe('the role of a config', () => {
  const role = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

  it('takes the session along where there is one', () => {
    expect(createConfig(role).role()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
    expect(createConfig({ ...role, AWS_SESSION_TOKEN: 'session' }).role()).toMatchObject({
      sessionToken: 'session',
    });
  });

  it('fails without them, and repeats no secret', () => {
    const broken = () => createConfig({ AWS_SECRET_ACCESS_KEY: 'secret-of-the-role' }).role();
    expect(broken).toThrow();
    expect(broken).not.toThrow('secret-of-the-role');
  });
});

describe('a config', () => {
  it('reads a part once, by its first call', () => {
    const environment: Record<string, string> = { TASKBRIDGE_SERVICE: 'one' };
    const config = createConfig(environment);
    environment.TASKBRIDGE_STAGE = 'prod';
    expect(config.stackName()).toBe('one-prod');
    environment.TASKBRIDGE_STAGE = 'other';
    expect(config.stackName()).toBe('one-prod');
  });

  it('gives a part although the variables of others are missing or wrong', () => {
    const config = createConfig({ ...file, AWS_REGION: '', TASKBRIDGE_EVENT_SOURCES: 'no JSON' });
    expect(config.cluster().auth).toEqual({ kind: 'token-file', file: '/token' });
    expect(config.events).toThrow('TASKBRIDGE_EVENT_SOURCES: ');
  });

  it('names all variables that are wrong', () => {
    expect(createConfig({}).role).toThrow(/AWS_ACCESS_KEY_ID: .*; AWS_SECRET_ACCESS_KEY: /);
  });
});
