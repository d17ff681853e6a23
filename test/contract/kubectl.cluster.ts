import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeAccessFiles } from '../../local/access-files.ts';
import { type SetUpCluster, setUpEmbeddedCluster } from '../../local/cluster/set-up.ts';
import { kubectl } from '../support/kubectl.ts';
import { kubectlWorks } from './kubectl.contract.ts';
import { kubectlColumns } from './kubectl-columns.contract.ts';
import { kubectlReads } from './kubectl-reads.contract.ts';
import { kubectlRights } from './kubectl-rights.contract.ts';
import { kubectlWrites } from './kubectl-writes.contract.ts';

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

  const embeddedKubectl = () => kubectl(join(folder, 'kubeconfig'));

  describe('works', () => kubectlWorks(embeddedKubectl));
  describe('tables', () => kubectlColumns(embeddedKubectl));
  describe('reads', () => kubectlReads(embeddedKubectl));
  describe('writes', () => kubectlWrites(embeddedKubectl));
  describe('rights', () => kubectlRights(embeddedKubectl));

  it.each([
    [['create', 'deployment', 'a', '--image=a'], 'the local cloud serves what kubectl api-resources lists'],
    [['run', 'a', '--image=a'], 'the local cloud allows delete, deletecollection, get, list, watch of pods'],
    [['get', '--raw', '/apis/apps/v1/deployments'], 'the local cloud serves what'],
  ])('says what it does not serve: %j', async (args, message) => {
    await expect(embeddedKubectl()(args)).rejects.toThrow(message);
  });

  // After the suite has removed its namespace there.
  afterAll(async () => {
    await embedded?.stop();
    await rm(folder, { recursive: true, force: true });
  });
});

describe('kubectl on the real cluster', () => {
  const realKubectl = () => kubectl(process.env.KUBECONFIG ?? '');

  describe('works', () => kubectlWorks(realKubectl));
  describe('tables', () => kubectlColumns(realKubectl));
  describe('reads', () => kubectlReads(realKubectl));
  describe('writes', () => kubectlWrites(realKubectl));
  describe('rights', () => kubectlRights(realKubectl));
});
