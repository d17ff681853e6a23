import { describe, expect, it } from '@jest/globals';
import { readConfig, readRoleCredentials } from '../lib/config.ts';

const eks = {
  TASKBRIDGE_CLUSTER_AUTH: 'eks',
  TASKBRIDGE_CLUSTER_NAME: 'billing-cluster',
  AWS_REGION: 'eu-central-1',
  TASKBRIDGE_CLUSTER_ENDPOINT: 'https://cluster.example/',
};
const file = { ...eks, TASKBRIDGE_CLUSTER_AUTH: 'token-file', TASKBRIDGE_CLUSTER_TOKEN_FILE: '/token' };
const certificate = {
  ...eks,
  TASKBRIDGE_CLUSTER_AUTH: 'certificate',
  TASKBRIDGE_CLUSTER_CERT_FILE: '/crt',
  TASKBRIDGE_CLUSTER_KEY_FILE: '/key',
};

describe('readConfig', () => {
  it.each([
    ['eks', eks, { kind: 'eks', cluster: 'billing-cluster', region: 'eu-central-1' }],
    ['token-file', file, { kind: 'token-file', file: '/token' }],
    ['certificate', certificate, { kind: 'certificate', certFile: '/crt', keyFile: '/key' }],
  ])('reads the sign-in by %s', (_, environment, auth) => {
    expect(readConfig(environment)).toEqual({ endpoint: 'https://cluster.example', auth });
  });

  it("decodes the cluster's authority, and takes the system's own for an empty one", () => {
    const ca = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    expect(readConfig({ ...eks, TASKBRIDGE_CLUSTER_CA: ca }).ca).toBe('-----BEGIN CERTIFICATE-----');
    expect(readConfig({ ...eks, TASKBRIDGE_CLUSTER_CA: '' })).not.toHaveProperty('ca');
  });

  it.each([
    ['TASKBRIDGE_CLUSTER_AUTH', eks],
    ['TASKBRIDGE_CLUSTER_NAME', eks],
    ['AWS_REGION', eks],
    ['TASKBRIDGE_CLUSTER_ENDPOINT', eks],
    ['TASKBRIDGE_CLUSTER_TOKEN_FILE', file],
    ['TASKBRIDGE_CLUSTER_CERT_FILE', certificate],
    ['TASKBRIDGE_CLUSTER_KEY_FILE', certificate],
  ])('names %s when it is missing or empty', (missing, environment) => {
    for (const value of [undefined, '']) {
      expect(() => readConfig({ ...environment, [missing]: value })).toThrow(
        new RegExp(`^The function's environment is incomplete\\. ${missing}: `),
      );
    }
  });

  it.each([
    ['TASKBRIDGE_CLUSTER_AUTH', 'password'],
    ['TASKBRIDGE_CLUSTER_ENDPOINT', 'cluster.example'],
  ])('names %s when it is wrong', (name, value) => {
    expect(() => readConfig({ ...eks, [name]: value })).toThrow(`${name}: `);
  });
});

describe('readRoleCredentials', () => {
  const role = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

  it('takes the session along where there is one', () => {
    expect(readRoleCredentials(role)).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
    expect(readRoleCredentials({ ...role, AWS_SESSION_TOKEN: 'session' })).toMatchObject({
      sessionToken: 'session',
    });
  });

  it('fails without them, and repeats no secret', () => {
    const broken = () => readRoleCredentials({ AWS_SECRET_ACCESS_KEY: 'secret-of-the-role' });
    expect(broken).toThrow();
    expect(broken).not.toThrow('secret-of-the-role');
  });
});
