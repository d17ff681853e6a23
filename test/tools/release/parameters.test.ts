import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parse } from 'yaml';
import { SETTINGS, SHAPE, STAGE } from '../../../tools/release/parameters.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** Good and bad values of each parameter. */
const VALUES: Readonly<Record<string, { good: readonly string[]; bad: readonly string[] }>> = {
  stage: { good: ['prod', 'dev2', 'a'.repeat(19)], bad: ['', 'Prod', 'team-a', 'a_b', 'a'.repeat(20)] },
  clusterEndpoint: {
    good: [
      'https://0123ABCD.gr7.eu-central-1.eks.amazonaws.com',
      'https://10.0.0.1:6443',
      'https://k8s.example/',
    ],
    bad: ['', 'http://k8s.example', 'k8s.example', 'https://k8s.example/path', 'https://a b', 'https://'],
  },
  clusterCa: {
    good: ['', 'LS0t', 'LS0tLQ==', 'LS0tLS0=', Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64')],
    bad: ['-----BEGIN CERTIFICATE-----', 'LS0', 'LS0t\n', 'LS0t LS0t'],
  },
  clusterName: { good: ['my-cluster', 'A_1'], bad: ['', '-a', 'a b', 'a.b', 'a'.repeat(101)] },
  subnetIds: {
    good: ['subnet-0123456789abcdef0', 'subnet-01234567,subnet-89abcdef'],
    bad: ['', 'sg-01234567', 'subnet-01234567, subnet-89abcdef', 'subnet-01234567,', 'subnet-1'],
  },
  securityGroupIds: {
    good: ['sg-01234567,sg-0123456789abcdef0'],
    bad: ['', 'subnet-01234567', 'sg-01234567;'],
  },
  jwtIssuer: {
    good: ['https://issuer.example', 'https://login.example/realms/a?b'],
    bad: ['', 'http://issuer.example', 'issuer', 'https://'],
  },
  jwtAudience: { good: ['taskbridge', 'api://a/b'], bad: ['', 'a b'] },
  consoleOrigin: {
    good: ['https://console.example', 'http://localhost:8080'],
    bad: ['', '*', 'https://console.example/', 'console.example'],
  },
  throttleRate: { good: ['1', '100', '10000'], bad: ['0', '-1', 'a', '10001'] },
  throttleBurst: { good: ['1', '200'], bad: ['0', ''] },
  fireJobConcurrency: { good: ['0', '50', '1000'], bad: ['-1', '1001', 'none'] },
  fireEventConcurrency: { good: ['0', '50'], bad: ['-1', ''] },
  runTaskOnEventConcurrency: { good: ['0', '50'], bad: ['-1', ''] },
  soloConcurrency: { good: ['0', '1'], bad: ['2', '-1'] },
  gpuResource: { good: ['nvidia.com/gpu', 'amd.com/gpu'], bad: ['gpu', '', 'cpu', 'nvidia.com/'] },
  maxRules: { good: ['0', '100', '300'], bad: ['301', '-1', 'a'] },
  eventSources: {
    good: ['{}', '{"team-a":{"default":["aws.s3"],"service":["shop.*"]}}'],
    bad: ['', '[]', 'aws.s3', '{"a":1', '{}\n'],
  },
  logGroup: {
    good: ['', '/aws/containerinsights/c/application'],
    bad: ['a:b', 'a*', 'a b', 'a'.repeat(513)],
  },
  logRetentionDays: { good: ['1', '30', '90', '3653'], bad: ['0', '2', '91', ''] },
  builder: {
    good: ['', `registry.example:5000/team/builder@${DIGEST}`],
    bad: ['builder', 'registry.example/builder:1', `builder@${DIGEST} `, `@${DIGEST}`],
  },
  runImage: { good: ['', `run@${DIGEST}`], bad: ['run:1'] },
  imageRepository: {
    good: [
      '',
      'registry.example/apps',
      '111122223333.dkr.ecr.eu-central-1.amazonaws.com/apps',
      'localhost:5000/a',
    ],
    bad: ['registry.example/apps/', 'registry.example/Apps', 'registry.example/apps:1', `a@${DIGEST}`],
  },
  buildUser: { good: ['1000:1000', '1:0'], bad: ['0:0', 'root', '1000', '1000:'] },
  buildMemory: { good: ['2Gi', '512M'], bad: ['', '0Gi', '2', '2gb'] },
  buildCpu: { good: ['500m', '2'], bad: ['', '0', '0.5', '1c'] },
  buildDisk: { good: ['4Gi'], bad: ['', '4'] },
  buildTimeout: { good: ['15m', '1h', '90s'], bad: ['', '15', '0m', '1h30m '] },
  ecrRepository: { good: ['taskbridge', 'team/apps-1'], bad: ['', 'Apps', 'apps/', '/apps', 'apps*'] },
  registrySecret: {
    good: ['taskbridge-registry', 'team-a-taskbridge-registry'],
    bad: ['', 'registry', 'taskbridge-registry-2', 'A-taskbridge-registry'],
  },
  insecureRegistries: { good: ['', 'registry:5000', 'a,b.example:80'], bad: ['a, b', 'http://a', 'a,'] },
  maxSourceBytes: { good: ['1', '5368709120'], bad: ['0', '5368709121', '1Gi'] },
  alarmTopic: {
    good: [
      'none',
      'arn:aws:sns:eu-central-1:111122223333:alarms',
      'arn:aws-cn:sns:cn-north-1:111122223333:a.fifo',
    ],
    bad: ['', 'alarms', 'arn:aws:sqs:eu-central-1:111122223333:alarms', 'arn:aws:sns:*:111122223333:alarms'],
  },
  jobAlarms: { good: ['none', 'all'], bad: ['', 'failing', 'true', 'All'] },
};

/** The way CloudFormation checks a value. */
function takes(name: string, value: string): boolean {
  const parameter = name === 'stage' ? STAGE : SETTINGS[name];
  if (parameter === undefined) throw new Error(`No parameter ${name}.`);
  if (parameter.Type === 'String') return new RegExp(parameter.AllowedPattern ?? '$^').test(value);
  const {
    AllowedValues,
    MinValue = Number.NEGATIVE_INFINITY,
    MaxValue = Number.POSITIVE_INFINITY,
  } = parameter;
  if (!/^-?\d+(\.\d+)?$/.test(value)) return false;
  const number = Number(value);
  return AllowedValues?.includes(number) ?? (number >= MinValue && number <= MaxValue);
}

const Params = v.object({
  params: v.object({ default: v.record(v.string(), v.union([v.string(), v.number()])) }),
});

describe('the parameters of a release', () => {
  it.each(
    Object.entries(VALUES).flatMap(([name, { good, bad }]) => [
      ...good.map((value) => ({ name, value, taken: true })),
      ...bad.map((value) => ({ name, value, taken: false })),
    ]),
  )('$name: "$value" is taken: $taken', ({ name, value, taken }) => {
    expect(takes(name, value)).toBe(taken);
  });

  it('are tried, each with good and bad values', () => {
    expect(Object.keys(VALUES).toSorted()).toEqual(['stage', ...Object.keys(SETTINGS)].toSorted());
    for (const { good, bad } of Object.values(VALUES)) expect([good.length, bad.length]).not.toContain(0);
  });

  it('are all settings of serverless.yml but those of the shape, whose own defaults they take', async () => {
    const text = await readFile(new URL('../../../serverless.yml', import.meta.url), 'utf8');
    const { params } = v.parse(Params, parse(text, { merge: true }));
    expect([...SHAPE, ...Object.keys(SETTINGS)].toSorted()).toEqual(Object.keys(params.default).toSorted());
    const refused = Object.entries(SETTINGS)
      .filter(([, { isRequired = false }]) => !isRequired)
      .filter(([name]) => !takes(name, String(params.default[name])));
    expect(refused.map(([name]) => name)).toEqual([]);
  });

  it('say what they are, in less than CloudFormation has room for', () => {
    for (const { Description, AllowedPattern } of [STAGE, ...Object.values(SETTINGS)]) {
      expect(Description.length).toBeGreaterThan(10);
      expect(Description.length).toBeLessThan(4000);
      if (AllowedPattern !== undefined) expect(AllowedPattern).toMatch(/^\^.*\$$/);
    }
  });
});
