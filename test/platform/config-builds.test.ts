import { describe, expect, it } from '@jest/globals';
import { createConfig } from '../../lib/platform/config.ts';

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
    expect(createConfig({ ...LEAST, TASKBRIDGE_BUILDER: '' }).builds()).toBeUndefined();
    expect(createConfig({}).builds()).toBeUndefined();
    expect(createConfig({}).sources()).toBeUndefined();
  });

  it('have defaults', () => {
    expect(createConfig(LEAST).builds()).toEqual({
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
    expect(createConfig(LEAST).sources()).toEqual({
      bucket: 'sources-1',
      maxBytes: GiB,
      region: 'eu-central-1',
      endpoint: undefined,
    });
  });

  it('are what the stage says', () => {
    const settings = createConfig({
      ...LEAST,
      TASKBRIDGE_IMAGE_REPOSITORY: '111122223333.dkr.ecr.us-west-2.amazonaws.com/apps',
      TASKBRIDGE_BUILD_USER: '1001:0',
      TASKBRIDGE_BUILD_TIMEOUT: '1h',
      TASKBRIDGE_REGISTRY_AUTH: 'ecr',
      TASKBRIDGE_REGISTRY_ROLE_ARN: 'arn:aws:iam::1:role/registry',
      TASKBRIDGE_INSECURE_REGISTRIES: 'a:5000, b',
    }).builds();
    expect(settings).toMatchObject({
      user: { uid: 1001, gid: 0 },
      timeoutSeconds: 3600,
      // The token is of the region that the repository is in.
      registryAuth: { kind: 'ecr', region: 'us-west-2', role: 'arn:aws:iam::1:role/registry' },
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
    expect(() => createConfig({ ...LEAST, [name]: value }).builds()).toThrow(
      new RegExp(`^The function's environment is incomplete\\. ${name}: `),
    );
  });

  it('ask for the name of the Secret where builds sign in by one', () => {
    const environment = { ...LEAST, TASKBRIDGE_REGISTRY_AUTH: 'secret' };
    expect(() => createConfig(environment).builds()).toThrow('TASKBRIDGE_REGISTRY_SECRET: ');
    expect(
      createConfig({ ...environment, TASKBRIDGE_REGISTRY_SECRET: 'taskbridge-registry' }).builds()
        ?.registryAuth,
    ).toEqual({
      kind: 'secret',
      name: 'taskbridge-registry',
    });
  });

  it.each(['push', 'my-registry', 'taskbridge-registry-2'])('take no Secret of another name: %s', (name) => {
    const environment = { ...LEAST, TASKBRIDGE_REGISTRY_AUTH: 'secret', TASKBRIDGE_REGISTRY_SECRET: name };
    expect(() => createConfig(environment).builds()).toThrow('no app may name such a Secret');
  });

  it.each(['0', '1e3', '5368709121', '-1'])('take no source limit of %s bytes', (value) => {
    expect(() => createConfig({ ...LEAST, TASKBRIDGE_MAX_SOURCE_BYTES: value }).sources()).toThrow(
      'TASKBRIDGE_MAX_SOURCE_BYTES: how many bytes',
    );
  });
});
