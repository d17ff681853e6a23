import { afterAll, describe, expect, it } from '@jest/globals';
import { kubernetesParameters, kubernetesSpaces } from '../../lib/apps/repository-spaces.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { json, startServer, type TestServer } from '../support/test-server.ts';

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

async function spacesOf(answer: Parameters<typeof startServer>[0]) {
  const server = await startServer(answer);
  servers.push(server);
  return { server, spaces: kubernetesSpaces(createClient({ endpoint: server.endpoint, tls: {} })) };
}

const binding = (namespace: string) => ({ metadata: { name: 'taskbridge-reader', namespace } });

describe('the open spaces', () => {
  it("are the namespaces of the reader's bindings, over all pages", async () => {
    const { server, spaces } = await spacesOf(({ path }, response) => {
      const isFirst = !path.includes('continue=');
      json(response, 200, {
        metadata: isFirst ? { continue: 'more' } : {},
        items: isFirst ? [binding('team-b')] : [binding('team-a')],
      });
    });
    expect(await spaces.list()).toEqual(['team-b', 'team-a']);
    const queries = server.received.map(({ path }) => new URL(path, 'http://127.0.0.1').searchParams);
    expect(queries.map((query) => query.get('fieldSelector'))).toEqual([
      'metadata.name=taskbridge-reader',
      'metadata.name=taskbridge-reader',
    ]);
  });

  it('can not be listed with the roles of an older version: the error has advice', async () => {
    const { spaces } = await spacesOf((_, response) =>
      json(response, 403, { message: 'rolebindings is forbidden: User "reader" cannot list resource' }),
    );
    await expect(spaces.list()).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('apply cluster/ again'),
    });
  });
});

describe('the labels and security groups that apps may have', () => {
  const allowedWith = async (status: number, body: object) => {
    const server = await startServer((_, response) => json(response, status, body));
    servers.push(server);
    const parameters = kubernetesParameters(createClient({ endpoint: server.endpoint, tls: {} }));
    return { server, allowed: parameters.allowedIn('team-a') };
  };

  it('are in the annotations of a PodTemplate', async () => {
    const annotations = { 'app-labels.taskbridge.dev/team-a': 'team' };
    const { server, allowed } = await allowedWith(200, { metadata: { annotations } });
    expect(await allowed).toEqual({ labels: ['team'], securityGroups: ['*'] });
    expect(server.received.map(({ path }) => path)).toEqual([
      '/api/v1/namespaces/taskbridge/podtemplates/run-parameters',
    ]);
  });

  it('are any where there are no parameters', async () => {
    const { allowed } = await allowedWith(404, { message: 'not found' });
    expect(await allowed).toEqual({ labels: ['*'], securityGroups: ['*'] });
  });

  it('can not be read with the roles of an older version: the error has advice', async () => {
    const message = 'podtemplates "run-parameters" is forbidden: User "keeper" cannot get resource';
    const { allowed } = await allowedWith(403, { message });
    await expect(allowed).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('apply cluster/ again'),
    });
  });
});

describe('the placement that a namespace allows', () => {
  const readWith = async (status: number, body: object) => {
    const server = await startServer((_, response) => json(response, status, body));
    servers.push(server);
    const { placementIn } = kubernetesParameters(createClient({ endpoint: server.endpoint, tls: {} }));
    return { server, allowed: placementIn('team-a') };
  };

  it('is in its annotations', async () => {
    const annotations = { 'taskbridge.dev/gpu': 'nvidia.com/gpu=1', 'taskbridge.dev/tolerations': '' };
    const { server, allowed } = await readWith(200, { metadata: { annotations } });
    expect(await allowed).toEqual({
      ...{ nodeSelector: [], tolerations: [], priorityClasses: [], runtimeClasses: [] },
      gpu: ['nvidia.com/gpu=1'],
    });
    expect(server.received.map(({ path }) => path)).toEqual(['/api/v1/namespaces/team-a']);
  });

  it('can not be read with the roles of an older version: the error has advice', async () => {
    const { allowed } = await readWith(403, { message: 'namespaces "team-a" is forbidden' });
    await expect(allowed).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('apply cluster/ again'),
    });
  });
});
