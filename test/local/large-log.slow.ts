import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../local/cluster/embedded.ts';
import { type ClusterApi, clusterApi } from '../support/cluster-api.ts';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';

describe('a task', () => {
  let directory = '';
  let cluster: EmbeddedCluster;
  let admin: ClusterApi;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-cluster-'));
    cluster = await startEmbeddedCluster({ directory });
    admin = clusterApi({ url: cluster.url });
  });

  afterAll(async () => {
    await cluster.stop();
    admin.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('has a log of 20 MB whose tail is read quickly', async () => {
    const script = 'yes 0123456789012345678 | head -n 1000000; echo end';
    await admin.create(
      listPath('pipelineruns', 'default'),
      pipelineRun({ name: 'talks', image: 'busybox:1', script }),
    );
    const runs = runsOf(admin, 'default');
    await runs.endedTaskRun('talks');
    expect((await runs.log('talks-task-pod', { tailLines: 2 })).text).toBe('0123456789012345678\nend\n');
    expect((await runs.log('talks-task-pod')).text).toHaveLength(20_000_004);
  });
});
