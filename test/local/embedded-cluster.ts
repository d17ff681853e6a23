import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../local/cluster/embedded.ts';
import { type ClusterApi, clusterApi } from '../support/cluster-api.ts';

type Started = { readonly cluster: EmbeddedCluster; readonly directory: string; readonly admin: ClusterApi };

/** Starts an embedded cluster for the tests of a file, and stops it after them. Returns it, once it has started. */
export function embeddedCluster(): () => Started {
  let started: Started | undefined;
  const get = (): Started => {
    if (started === undefined) throw new Error('The embedded cluster has not started.');
    return started;
  };
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'embedded-cluster-'));
    const cluster = await startEmbeddedCluster({ directory });
    started = { cluster, directory, admin: clusterApi(cluster.admin) };
  });
  afterAll(async () => {
    const { cluster, directory, admin } = get();
    await cluster.stop();
    admin.close();
    await rm(directory, { recursive: true, force: true });
  });
  return get;
}
