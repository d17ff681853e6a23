import { describe, expect, it } from '@jest/globals';
import { buildEnvironment, clusterBuilds, EMBEDDED_BUILDS } from '../../../local/lifecycle/builds.ts';

describe('builds of the local cloud', () => {
  it('use the registry of a cluster with a known subnet', () => {
    expect(clusterBuilds({ TASKBRIDGE_CLUSTER_SUBNET: '10.201.0' })).toEqual({
      host: '10.201.0.1',
      builder: 'taskbridge.local/builder:1',
      runImage: '10.201.0.1:21015/run:1',
      repository: '10.201.0.1:21015',
      insecureRegistries: '10.201.0.1:21015',
    });
    const other = { TASKBRIDGE_CLUSTER_SUBNET: '10.7.0', TASKBRIDGE_CLUSTER_PORT: '30000' };
    expect(clusterBuilds(other)).toMatchObject({ repository: '10.7.0.1:30015' });
  });

  it('are disabled on other clusters', () => {
    expect(clusterBuilds({})).toBeUndefined();
    expect(buildEnvironment(undefined, 'http://127.0.0.1:1')).toMatchObject({ TASKBRIDGE_BUILDER: '' });
  });

  it('are configured for the embedded cluster', () => {
    expect(buildEnvironment(EMBEDDED_BUILDS, 'http://127.0.0.1:1')).toEqual({
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      TASKBRIDGE_SOURCES_BUCKET: 'taskbridge-local-sources',
      TASKBRIDGE_BUILDER: 'taskbridge.local/builder:1',
      TASKBRIDGE_RUN_IMAGE: 'taskbridge.local/run:1',
      TASKBRIDGE_IMAGE_REPOSITORY: 'taskbridge.local/built',
      TASKBRIDGE_INSECURE_REGISTRIES: '',
    });
  });
});
