import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { kubectl as kubectlOf } from '../support/kubectl.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { jobOwners } from './job-owners.contract.ts';
import { placementPolicies } from './placement-policies.contract.ts';
import { policies } from './policies.contract.ts';
import { runChanges } from './run-changes.contract.ts';
import { runParameters } from './run-parameters.contract.ts';
import { runPolicies } from './run-policies.contract.ts';
import { secretNames } from './secret-names.contract.ts';
import { secretPolicies } from './secret-policies.contract.ts';
import { onRealCluster } from './support/on-cluster.ts';
import { temporaryJobs } from './temporary-jobs.contract.ts';

onRealCluster(
  policies,
  runPolicies,
  placementPolicies,
  runParameters,
  runChanges,
  secretPolicies,
  secretNames,
  jobOwners,
  temporaryJobs,
);

describe('kubectl apply -k', () => {
  const kubectl = kubectlOf(process.env.KUBECONFIG ?? '');
  const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const namespace = `applied-${randomBytes(4).toString('hex')}`;
  const linesOf = (text: string) => text.trimEnd().split('\n');
  const changed = (text: string) => linesOf(text).filter((line) => !line.endsWith(' unchanged'));

  beforeAll(async () => {
    await kubectl(['create', 'namespace', namespace]);
  });

  afterAll(async () => {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  });

  it.each(['cluster', 'cluster/without-policies'])('of %s changes nothing the second time', async (base) => {
    await kubectl(['apply', '-k', folder(base)]);
    expect(changed(await kubectl(['apply', '-k', folder(base)]))).toEqual([]);
  });

  it('of cluster/space opens a namespace, and changes nothing the second time', async () => {
    const apply = ['apply', '-n', namespace, '-k', folder('cluster/space')];
    expect(linesOf(await kubectl(apply)).filter((line) => line.endsWith(' created'))).toHaveLength(4);
    expect(changed(await kubectl(apply))).toEqual([]);
  });

  it('of cluster/without-policies has all but the policies', async () => {
    const kindsOf = async (base: string) =>
      (await kubectl(['kustomize', folder(base)])).match(/^kind: \w+$/gm) ?? [];
    const all = await kindsOf('cluster');
    expect(await kindsOf('cluster/without-policies')).toEqual(
      all.filter((kind) => !/AdmissionPolicy|PodTemplate/.test(kind)),
    );
    expect(all.filter((kind) => kind.includes('AdmissionPolicy'))).toHaveLength(20);
  });

  it('of cluster/examples/space is what the API server takes', async () => {
    const applied = await kubectl(['apply', '--dry-run=client', '-k', folder('cluster/examples/space')]);
    expect(linesOf(applied)).toHaveLength(9);
  });

  it('of the example for token Secrets keeps them from tasks', async () => {
    const example = folder('cluster/examples/token-secrets-policy.yaml');
    const inSpace = (args: readonly string[], input?: unknown) =>
      kubectl(['-n', namespace, ...args], input === undefined ? '' : JSON.stringify(input));
    const run = (secretName: string) => ({
      ...pipelineRun({ name: `uses-${secretName}`, image: 'busybox:1', mounts: { '/token': secretName } }),
      metadata: { name: `uses-${secretName}`, labels: { 'taskbridge.dev/app': 'billing' } },
    });
    const refusalOf = (secretName: string) =>
      inSpace(['create', '--dry-run=server', '-f', '-'], run(secretName)).then(() => undefined, String);
    await inSpace(['create', '-f', '-'], {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    });
    await inSpace(['create', 'secret', 'generic', 'plain']);
    try {
      await kubectl(['apply', '-f', example]);
      const refused = await eventually(() => refusalOf('token'), {
        what: 'the policy at work',
      });
      expect(refused).toContain('Secret "token" is the token of a service account, which no task is given');
      expect(await refusalOf('plain')).toBeUndefined();
    } finally {
      await kubectl(['delete', '-f', example]);
    }
  });
});
