import { afterAll, beforeAll, describe } from '@jest/globals';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../local/cluster/set-up.ts';
import { kubectl } from '../support/kubectl.ts';
import { kubectlWorks } from './kubectl.contract.ts';

/** Both clusters by the same kubectl; among the cluster suites, since `npm test` needs nothing but Node. */
describe('kubectl on the embedded cluster', () => {
  let embedded: SetUpCluster | undefined;

  beforeAll(async () => {
    embedded = await setUpEmbeddedCluster();
  });

  describe('works', () => kubectlWorks(() => kubectl(embedded?.kubeconfig ?? '')));

  // After the suite has removed its namespace there.
  afterAll(async () => {
    await embedded?.stop();
  });
});

describe('kubectl on the real cluster', () => {
  kubectlWorks(() => kubectl(process.env.KUBECONFIG ?? ''));
});
