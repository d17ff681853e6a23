import { describe, expect, it } from '@jest/globals';
import { readBuildSettings, readSourceSettings } from '../lib/config.ts';

const GiB = 1024 ** 3;
const LEAST = {
  TASKBRIDGE_BUILDER: 'registry.example/builder@sha256:0',
  TASKBRIDGE_RUN_IMAGE: 'registry.example/run:1',
  TASKBRIDGE_IMAGE_REPOSITORY: 'registry.example:5000/apps',
  TASKBRIDGE_SOURCES_BUCKET: 'sources-1',
  AWS_REGION: 'eu-central-1',
};

describe('the settings of builds', () => {
  it('are none where no builder is named', () => {
    expect(readBuildSettings({ ...LEAST, TASKBRIDGE_BUILDER: '' })).toBeUndefined();
    expect(readBuildSettings({})).toBeUndefined();
    expect(readSourceSettings({})).toBeUndefined();
  });

  it('have defaults', () => {
    expect(readBuildSettings(LEAST)).toEqual({
      builder: LEAST.TASKBRIDGE_BUILDER,
      runImage: 'registry.example/run:1',
      repository: 'registry.example:5000/apps',
      user: { uid: 1000, gid: 1000 },
      serviceAccount: 'taskbridge-build',
      memory: 2 * GiB,
      disk: 4 * GiB,
      cpu: 500,
      timeoutSeconds: 900,
      registryAuth: { kind: 'none' },
      insecureRegistries: [],
    });
    expect(readSourceSettings(LEAST)).toEqual({
      bucket: 'sources-1',
      mostBytes: GiB,
      region: 'eu-central-1',
      endpoint: undefined,
    });
  });

  it('are what the stage says', () => {
    const settings = readBuildSettings({
      ...LEAST,
      TASKBRIDGE_IMAGE_REPOSITORY: '111122223333.dkr.ecr.us-west-2.amazonaws.com/apps',
      TASKBRIDGE_BUILD_USER: '1001:0',
      TASKBRIDGE_BUILD_TIMEOUT: '1h',
      TASKBRIDGE_REGISTRY_AUTH: 'ecr',
      TASKBRIDGE_INSECURE_REGISTRIES: 'a:5000, b',
    });
    expect(settings).toMatchObject({
      user: { uid: 1001, gid: 0 },
      timeoutSeconds: 3600,
      // The token is of the region that the repository is in.
      registryAuth: { kind: 'ecr', region: 'us-west-2' },
      insecureRegistries: ['a:5000', 'b'],
    });
  });

  it.each([
    ['TASKBRIDGE_RUN_IMAGE', ''],
    ['TASKBRIDGE_IMAGE_REPOSITORY', 'registry.example/apps:1'],
    ['TASKBRIDGE_BUILD_USER', '0:0'],
    ['TASKBRIDGE_BUILD_USER', 'cnb'],
    ['TASKBRIDGE_BUILD_MEMORY', '2m'],
    ['TASKBRIDGE_BUILD_DISK', 'much'],
    ['TASKBRIDGE_BUILD_CPU', '0'],
    ['TASKBRIDGE_BUILD_TIMEOUT', '0s'],
    ['TASKBRIDGE_REGISTRY_AUTH', 'password'],
  ])('name %s where it is "%s"', (name, value) => {
    expect(() => readBuildSettings({ ...LEAST, [name]: value })).toThrow(
      new RegExp(`^The function's environment is incomplete\\. ${name}: `),
    );
  });

  it('ask for the name of the Secret where builds sign in by one', () => {
    const environment = { ...LEAST, TASKBRIDGE_REGISTRY_AUTH: 'secret' };
    expect(() => readBuildSettings(environment)).toThrow('TASKBRIDGE_REGISTRY_SECRET: ');
    expect(readBuildSettings({ ...environment, TASKBRIDGE_REGISTRY_SECRET: 'push' })?.registryAuth).toEqual({
      kind: 'secret',
      name: 'push',
    });
  });

  it.each(['0', '1e3', '5368709121', '-1'])('take no source limit of %s bytes', (value) => {
    expect(() => readSourceSettings({ ...LEAST, TASKBRIDGE_MAX_SOURCE_BYTES: value })).toThrow(
      'TASKBRIDGE_MAX_SOURCE_BYTES: how many bytes',
    );
  });
});
