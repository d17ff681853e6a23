import { readdir, readFile } from 'node:fs/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { gatewayRegion } from '../../../cli/sign.ts';
import { s3Sources } from '../../../lib/builds/repository-sources.ts';
import { eksToken } from '../../../lib/platform/aws/eks-token.ts';
import { awsHost } from '../../../lib/platform/aws/host.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const root = new URL('../../../', import.meta.url);

/** A region of each partition, and one that no SDK knows yet. */
const REGIONS = [
  ['eu-central-1', 'amazonaws.com'],
  ['us-east-1', 'amazonaws.com'],
  ['us-isolated-1', 'amazonaws.com'],
  ['cn-north-1', 'amazonaws.com.cn'],
  ['cn-northwest-1', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'amazonaws.com'],
  ['eusc-de-east-1', 'amazonaws.eu'],
  ['us-iso-east-1', 'c2s.ic.gov'],
  ['us-isob-east-1', 'sc2s.sgov.gov'],
  ['us-isof-south-1', 'csp.hci.ic.gov'],
  ['eu-isoe-west-1', 'cloud.adc-e.uk'],
] as const;

describe('the host of a service', () => {
  it.each(REGIONS)('in %s is of %s, as the SDK has it', (region, domain) => {
    const { endpointProvider } = new EventBridgeClient({ region }).config;
    expect(awsHost('logs', region)).toBe(`logs.${region}.${domain}`);
    expect(endpointProvider({ Region: region }).url.hostname).toBe(awsHost('events', region));
  });

  it.each(REGIONS)('in %s is that of the sign-in to EKS and of the sources', async (region, domain) => {
    const token = await eksToken('billing', region, credentials, new Date(0));
    const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString());
    expect(url.host).toBe(`sts.${region}.${domain}`);
    const clock = { now: () => new Date(0), wait: async () => {} };
    const hostOf = async (bucket: string) =>
      new URL(await s3Sources({ bucket, region, credentials }, clock).download('a', 'b', 'c'.repeat(64)))
        .host;
    expect(await hostOf('sources')).toBe(`sources.s3.${region}.${domain}`);
    expect(await hostOf('sources.example')).toBe(`s3.${region}.${domain}`);
  });

  it.each(['lib', 'functions', 'tools/operators'])('is made nowhere else in %s/', async (folder) => {
    const files = (await readdir(new URL(folder, root), { recursive: true })).filter((file) =>
      file.endsWith('.ts'),
    );
    const sources = await Promise.all(
      files.map(async (file) => [file, await readFile(new URL(`${folder}/${file}`, root), 'utf8')] as const),
    );
    expect(files.length).toBeGreaterThan(2);
    expect(sources.filter(([, source]) => /\}\.amazonaws/.test(source)).map(([file]) => file)).toEqual([]);
  });

  it.each([
    ['https://a1b2.execute-api.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['https://a1b2.execute-api.us-gov-west-1.amazonaws.com/v1', 'us-gov-west-1'],
    ['https://a1b2.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['https://a1b2.execute-api.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['https://a1b2.execute-api.eu-central-1.amazonaws.com.example', undefined],
    ['https://api.example', undefined],
  ])('of API Gateway, %s, names the region %s', (url, region) => {
    expect(gatewayRegion(url)).toBe(region);
  });
});
