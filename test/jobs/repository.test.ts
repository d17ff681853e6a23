import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { InvalidJob, Job } from '../../lib/jobs/job.ts';
import type { Jobs } from '../../lib/jobs/jobs.ts';
import { kubernetesJobs } from '../../lib/jobs/repository.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { jobObject } from '../support/job-object.ts';
import { appOf, jobOf } from '../support/memory-ports.ts';
import { inTurn, json, type Respond, startServer, type TestServer } from '../support/test-server.ts';

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

/** Jobs over a server that answers so, and the server. */
async function over(...answers: readonly Respond[]): Promise<{ jobs: Jobs; server: TestServer }> {
  const server = await startServer(inTurn(...answers));
  servers.push(server);
  return { jobs: kubernetesJobs(createClient({ endpoint: server.endpoint, tls: {} })), server };
}

const answer =
  (status: number, body: object): Respond =>
  (_, response) =>
    json(response, status, body);
const taken = answer(409, { kind: 'Status', reason: 'AlreadyExists', message: 'it exists', code: 409 });

describe('create', () => {
  const { spec } = jobOf('nightly');
  const annotated = (nonce: string) => jobObject({}, { annotations: { 'taskbridge.dev/nonce': nonce } });

  it('succeeds when its own Job has the name: the response was lost', async () => {
    const { jobs } = await over(taken, answer(200, annotated('mine')));
    expect(await jobs.create(appOf('billing'), 'nightly', spec, 'mine')).toMatchObject({ uid: 'uid-1' });
  });

  it.each([
    ['of another client', answer(200, annotated('theirs'))],
    ['that is gone by the time it is read', answer(404, { reason: 'NotFound' })],
  ])('is a conflict with a Job %s', async (_, second) => {
    const { jobs } = await over(taken, second);
    await expect(jobs.create(appOf('billing'), 'nightly', spec, 'mine')).rejects.toMatchObject({
      kind: 'conflict',
    });
  });
});

describe('change', () => {
  it.each([
    [
      'sets one resource, removes another and leaves the third',
      { resources: { memory: 2 ** 30, cpu: null } },
      { resources: { cpu: null, memory: '1024Mi' } },
    ],
    ['removes resources', { resources: null }, { resources: null }],
    ['leaves absent fields', { suspend: true, command: undefined }, { suspend: true }],
  ])('%s', async (_, change, patch) => {
    const { jobs, server } = await over(answer(200, jobObject()));
    await jobs.change(jobOf('nightly'), change);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({
      metadata: { uid: 'uid-of-nightly' },
      spec: patch,
    });
    expect(server.received[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });
});

describe('update', () => {
  const APP = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing', uid: 'uid-of-billing' };
  const OTHER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'uid-of-a', blockOwnerDeletion: true };
  const job = { ...jobOf('nightly'), version: '7' };
  const object = (metadata: object) => answer(200, jobObject({}, { resourceVersion: '7', ...metadata }));
  const update = async (app: string | undefined, ...answers: readonly Respond[]) => {
    const { jobs, server } = await over(...answers);
    const result = await jobs.update(job, { command: 'bin/new' }, app === undefined ? app : appOf(app));
    const patch = server.received.find(({ method }) => method === 'PATCH');
    return { result, patch: patch && JSON.parse(patch.body) };
  };
  const metadata = { uid: 'uid-of-nightly', resourceVersion: '7' };

  it('writes over the version that was read', async () => {
    const { patch } = await update(undefined, object({}));
    expect(patch).toEqual({ metadata, spec: { command: 'bin/new' } });
  });

  it.each([
    ['puts the new app in the place of the old one', [OTHER, { ...APP, controller: true }], true],
    ['gives no owner to a Job that others own', [OTHER], false],
    ['gives no owner to a Job without one', undefined, false],
  ])('%s', async (_, ownerReferences, isMoved) => {
    const { patch } = await update('stock', object({ ownerReferences }), object({}));
    const stock = { ...APP, name: 'stock', uid: 'uid-of-stock', controller: true };
    expect(patch.metadata).toEqual({ ...metadata, ...(isMoved ? { ownerReferences: [OTHER, stock] } : {}) });
  });

  it.each([
    ['another writer was first', undefined, [answer(409, { reason: 'Conflict', message: 'modified' })]],
    ['another writer was first, before the owners were read', 'stock', [object({ resourceVersion: '8' })]],
    [
      'another Job has the name',
      undefined,
      [
        answer(422, {
          reason: 'Invalid',
          details: { causes: [{ field: 'metadata.uid', message: 'field is immutable' }] },
        }),
      ],
    ],
  ])('is a conflict where %s', async (_, app, answers) => {
    expect((await update(app, ...answers)).result).toBe('conflict');
  });

  it('finds no Job that is gone', async () => {
    const gone = answer(404, { reason: 'NotFound' });
    for (const app of [undefined, 'stock'])
      await expect(update(app, gone)).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('all', () => {
  const collect = async (parts: AsyncIterable<readonly (Job | InvalidJob)[]>) => {
    const names: string[][] = [];
    for await (const part of parts) names.push(part.map(({ name }) => name));
    return names;
  };
  const page = (names: readonly string[], next?: string) =>
    answer(200, {
      metadata: next === undefined ? {} : { continue: next },
      items: names.map((name) => jobObject({}, { name, uid: `uid-of-${name}` })),
    });

  it('reads pages', async () => {
    const { jobs, server } = await over(page(['a', 'b'], 'after b'), page(['c']));
    expect(await collect(jobs.all())).toEqual([['a', 'b'], ['c']]);
    expect(server.received.map(({ path }) => path)).toEqual([
      '/apis/taskbridge.dev/v1alpha1/jobs?limit=1000',
      '/apis/taskbridge.dev/v1alpha1/jobs?continue=after+b&limit=1000',
    ]);
  });

  it('reads answers that the cluster has compressed', async () => {
    const items = [jobObject({ command: '한국어 '.repeat(20_000) })];
    const { jobs, server } = await over((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ metadata: {}, items })));
    });
    expect(await collect(jobs.all())).toEqual([['nightly']]);
    expect(server.received[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it.each(['spec', 'status'])('has every other Job where the %s of one is no object', async (field) => {
    const items = [jobObject(), { ...jobObject({}, { name: 'odd' }), [field]: 'a text' }];
    const { jobs } = await over(answer(200, { metadata: {}, items }));
    expect(await collect(jobs.all())).toEqual([['nightly', 'odd']]);
  });

  it('returns an empty list', async () => {
    const { jobs } = await over(page([]));
    expect(await collect(jobs.all())).toEqual([[]]);
  });

  it('fails when the continue token has expired', async () => {
    const { jobs } = await over(page(['a'], 'b'), answer(410, { reason: 'Expired', message: 'too old' }));
    await expect(collect(jobs.all())).rejects.toMatchObject({ kind: 'gone' });
  });

  it('fails without permission to list', async () => {
    const message =
      'jobs.taskbridge.dev is forbidden: User "a" cannot list resource "jobs" at the cluster scope';
    const { jobs } = await over(answer(403, { kind: 'Status', message }));
    await expect(collect(jobs.all())).rejects.toThrow(`The Jobs of the cluster can't be listed: ${message}`);
  });
});
