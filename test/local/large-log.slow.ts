import { describe, expect, it } from '@jest/globals';
import { listPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { runsOf } from '../support/runs.ts';
import { embeddedCluster } from './embedded-cluster.ts';

describe('a task', () => {
  const started = embeddedCluster();

  it('has a log of 20 MB whose tail is read quickly', async () => {
    const { admin } = started();
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
