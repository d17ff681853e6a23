import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { writeAccessFiles } from '../../local/access-files.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../local/cluster/set-up.ts';
import { kubectl } from '../support/kubectl.ts';
import { kubectlWorks } from './kubectl.contract.ts';

/** Both clusters by the same kubectl; among the cluster suites, since `npm test` needs nothing but Node. */
describe('kubectl on the embedded cluster', () => {
  let embedded: SetUpCluster | undefined;
  let folder = '';

  beforeAll(async () => {
    embedded = await setUpEmbeddedCluster();
    folder = await mkdtemp(join(tmpdir(), 'taskbridge-kubectl-'));
    const { kubeconfig } = embedded.cluster;
    await writeAccessFiles(folder, { variables: {}, kubeconfig });
  });

  describe('works', () => kubectlWorks(() => kubectl(join(folder, 'kubeconfig'))));

  // After the suite has removed its namespace there.
  afterAll(async () => {
    await embedded?.stop();
    await rm(folder, { recursive: true, force: true });
  });
});

describe('kubectl on the real cluster', () => {
  kubectlWorks(() => kubectl(process.env.KUBECONFIG ?? ''));
});
