import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Secrets } from '../../lib/apps/bindings.ts';
import { kubernetesSecrets } from '../../lib/apps/repository-secrets.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const owner = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing', uid: 'uid-1' };
const ownedBy = (...ownerReferences: readonly object[]) => ({ metadata: { ownerReferences } });

/** Secrets by name. */
const STORED: Readonly<Record<string, object>> = {
  plain: { type: 'Opaque', metadata: {}, data: { uri: 'YQ==', constructor: 'Yg==', prototype: 'Yw==' } },
  token: { type: 'kubernetes.io/service-account-token', metadata: {}, data: { token: 'YQ==' } },
  app: ownedBy({ ...owner, apiVersion: 'apps/v1', uid: 'uid-0' }, owner),
  other: ownedBy({ ...owner, apiVersion: 'apps/v1' }),
  job: ownedBy({ ...owner, kind: 'Job' }),
  ours: { metadata: { labels: { 'app.kubernetes.io/managed-by': 'taskbridge' } }, data: { url: 'YQ==' } },
  run: ownedBy({ ...owner, apiVersion: 'tekton.dev/v1', kind: 'PipelineRun' }),
  'task-run': ownedBy(owner, { ...owner, apiVersion: 'tekton.dev/v1beta1', kind: 'TaskRun' }),
  helm: { metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' } } },
};

let server: TestServer;
let secrets: Secrets;
beforeAll(async () => {
  server = await startServer(({ path }, response) => {
    const found = STORED[path.split('/').at(-1) ?? ''];
    json(response, found === undefined ? 404 : 200, found ?? { message: 'not found' });
  });
  secrets = kubernetesSecrets(createClient({ endpoint: server.endpoint, tls: {} }));
});
afterAll(() => server.close());

describe('a Secret', () => {
  it('has its values by key, for any valid key', async () => {
    const found = await secrets.find('team-a', 'plain');
    expect(Object.entries(found ?? {})).toEqual([
      ['uri', 'a'],
      ['constructor', 'b'],
      ['prototype', 'c'],
    ]);
  });

  it.each(['token', 'ours', 'run', 'task-run', 'nobody'])('is not there for an app: %s', async (name) => {
    expect(await secrets.find('team-a', name)).toBeUndefined();
  });

  it.each([
    ['token', true],
    ['ours', true],
    ['run', true],
    ['task-run', true],
    ['plain', false],
    ['helm', false],
    ['app', false],
    ['nobody', false],
  ])('%s is withheld from apps: %j', async (name, expected) => {
    expect(await secrets.isWithheld('team-a', name)).toBe(expected);
  });

  it.each([
    ['app', { app: 'billing', uid: 'uid-1' }],
    ['other', 'other'],
    ['job', 'other'],
    ['plain', 'other'],
    ['token', 'other'],
    ['nobody', undefined],
  ])('%s is owned by %j', async (name, expected) => {
    expect(await secrets.owner('team-a', name)).toEqual(expected);
  });
});
