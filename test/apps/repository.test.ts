import { afterAll, describe, expect, it } from '@jest/globals';
import { kubernetesApps } from '../../lib/apps/repository.ts';
import { bindingsOf } from '../../lib/apps/repository-records.ts';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { appOf } from '../support/memory-ports.ts';
import { inTurn, json, type Respond, startServer, type TestServer } from '../support/test-server.ts';

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map(({ close }) => close())));

async function over(...answers: readonly Respond[]) {
  const server = await startServer(inTurn(...answers));
  servers.push(server);
  return { apps: kubernetesApps(createClient({ endpoint: server.endpoint, tls: {} })), server };
}

const answer =
  (status: number, body: object): Respond =>
  (_, response) =>
    json(response, status, body);

const APP = appOf('billing');
const condition = {
  ...{ type: 'BindingsReady', status: 'True', reason: 'Synced', message: 'Fine.', observedGeneration: 3 },
  lastTransitionTime: '2026-11-24T20:00:00Z',
};
const object = (more: object = {}) => ({
  metadata: {
    ...{ name: 'billing', namespace: APP.space, uid: APP.uid, resourceVersion: '7', generation: 3 },
    creationTimestamp: APP.createdAt,
  },
  spec: APP.spec,
  ...more,
});

const list = (...items: readonly object[]) => ({ metadata: {}, items });

describe('the condition BindingsReady', () => {
  it.each([
    ['stale', undefined, 'stale'],
    ['stale, where the status is not an object', 'fine', 'stale'],
    ['stale, where a condition has no fields', { conditions: [{}] }, 'stale'],
    ['stale, beside another condition', { conditions: [{ ...condition, type: 'Other' }] }, 'stale'],
    ['ready', { conditions: [condition] }, 'ready'],
    ['notReady', { conditions: [{ ...condition, status: 'False' }] }, 'notReady'],
    ['notReady, where it is Unknown', { conditions: [{ ...condition, status: 'Unknown' }] }, 'notReady'],
    [
      'stale, where it is of an older spec',
      { conditions: [{ ...condition, observedGeneration: 2 }] },
      'stale',
    ],
    [
      'stale, where it has no observedGeneration',
      { conditions: [{ ...condition, observedGeneration: undefined }] },
      'stale',
    ],
  ])('is read as %s', (_, status, expected) => {
    expect(bindingsOf(3, status)).toBe(expected);
  });
});

describe('updateBindingsCondition', () => {
  const NOW = new Date('2026-11-24T21:00:00Z');
  const finding = { ready: false, reason: 'SecretMissing', message: 'Secret "a" is not in this space.' };
  const patched = ({ received }: TestServer) => JSON.parse(received[1]?.body ?? '{}');

  it('writes the condition beside those of other writers, at the resourceVersion that was read', async () => {
    const others = { ...condition, type: 'Other' };
    const { apps, server } = await over(
      answer(200, object({ status: { conditions: [condition, others] } })),
      answer(200, object()),
    );
    await apps.updateBindingsCondition(APP, finding, NOW);
    expect(server.received[1]).toMatchObject({
      method: 'PATCH',
      path: expect.stringMatching(/billing\/status$/),
    });
    const { ready: _, ...words } = finding;
    const written = { ...condition, ...words, status: 'False', lastTransitionTime: '2026-11-24T21:00:00Z' };
    expect(patched(server)).toEqual({
      metadata: { resourceVersion: '7' },
      status: { conditions: [others, written] },
    });
  });

  it('keeps lastTransitionTime while the status is the same', async () => {
    const { apps, server } = await over(
      answer(200, object({ status: { conditions: [{ ...condition, status: 'False' }] } })),
      answer(200, object()),
    );
    await apps.updateBindingsCondition(APP, finding, NOW);
    expect(patched(server).status.conditions).toMatchObject([{ lastTransitionTime: '2026-11-24T20:00:00Z' }]);
  });

  it.each([
    ['was changed since', answer(200, object({ spec: { image: 'other:1' } }))],
    ['became invalid since', answer(200, object({ spec: {} }))],
    [
      'was deleted and pushed again',
      answer(200, object({ metadata: { ...object().metadata, uid: 'other' } })),
    ],
    ['is gone', answer(404, { reason: 'NotFound' })],
  ])('writes nothing of an App that %s', async (_, first) => {
    const { apps, server } = await over(first, answer(200, object()));
    await apps.updateBindingsCondition(APP, finding, NOW);
    expect(server.received.map(({ method }) => method)).toEqual(['GET']);
  });

  it('reads again where another writer was first, and writes over what that one wrote', async () => {
    const theirs = object({
      metadata: { ...object().metadata, resourceVersion: '8' },
      status: { conditions: [{ ...condition, type: 'Ready' }] },
    });
    const { apps, server } = await over(
      answer(200, object()),
      answer(409, { reason: 'Conflict' }),
      answer(200, theirs),
      answer(200, object()),
    );
    await apps.updateBindingsCondition(APP, finding, NOW);
    expect(JSON.parse(server.received[3]?.body ?? '')).toMatchObject({
      metadata: { resourceVersion: '8' },
      status: { conditions: [{ type: 'Ready' }, { type: 'BindingsReady' }] },
    });
  });
});

describe('updateReadyCondition', () => {
  const NOW = new Date('2026-11-24T21:00:00Z');
  const broken = object({ spec: {}, status: { conditions: [condition] } });
  const finding = { ready: false, reason: 'Invalid', message: 'image: Missing: give image or source.' };
  const { spec: _, ...app } = APP;

  it('writes the problems of an App beside its other condition, and they are read again', async () => {
    const ready = {
      type: 'Ready',
      status: 'False',
      reason: 'Invalid',
      message: 'image: Missing: give image or source.',
    };
    const stored = { ...ready, observedGeneration: 3, lastTransitionTime: '2026-11-24T21:00:00Z' };
    const reported = object({ spec: {}, status: { conditions: [condition, stored] } });
    const { apps, server } = await over(
      answer(200, broken),
      answer(200, reported),
      answer(200, list(reported)),
    );
    await apps.updateReadyCondition(
      { ...app, problems: [{ field: 'image', message: 'Missing: give image or source.' }] },
      finding,
      NOW,
    );
    expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({
      status: { conditions: [condition, stored] },
    });
    for await (const [found] of apps.all())
      expect(found?.blockingReason).toBe('image: Missing: give image or source.');
  });

  it.each([
    ['of its generation', 3, undefined],
    ['of an earlier generation', 2, true],
  ])('is known to be %s', async (_, observedGeneration, stale) => {
    const ready = { ...condition, type: 'Ready', observedGeneration };
    const { apps } = await over(answer(200, object({ status: { conditions: [ready] } })));
    expect((await apps.find('team-a', 'billing'))?.readyIsStale).toBe(stale);
  });

  it('writes nothing for an App that was fixed or has other problems by then', async () => {
    const problems = [{ field: 'env', message: 'It is not a list.' }];
    for (const now of [broken, object()]) {
      const { apps, server } = await over(answer(200, now), answer(200, now));
      await apps.updateReadyCondition({ ...app, problems }, finding, NOW);
      expect(server.received.map(({ method }) => method)).toEqual(['GET']);
    }
  });
});

describe('put', () => {
  const taken = answer(409, { kind: 'Status', reason: 'AlreadyExists', message: 'it exists', code: 409 });
  const missing = answer(404, { kind: 'Status', reason: 'NotFound', code: 404 });
  const by = (nonce: string) => {
    const { metadata, ...more } = object();
    return { metadata: { ...metadata, annotations: { 'taskbridge.dev/nonce': nonce } }, ...more };
  };
  const put = async (...answers: readonly Respond[]) => {
    const { apps, server } = await over(...answers);
    const { created } = await apps.put(APP.space, APP.name, APP.spec, 'mine');
    return { created, methods: server.received.map(({ method }) => method) };
  };

  it.each([
    ['is not there', [missing, answer(201, by('mine'))], true],
    ['is there', [answer(200, object()), answer(200, object())], false],
    [
      'is its own: the response to its create was lost',
      [missing, taken, answer(200, by('mine')), answer(200, by('mine'))],
      true,
    ],
    [
      'was created by another client meanwhile',
      [missing, taken, answer(200, by('theirs')), answer(200, by('theirs'))],
      false,
    ],
    [
      'is its own, and was changed by another client since',
      [missing, taken, answer(200, by('mine')), taken, answer(200, by('mine')), answer(200, by('mine'))],
      true,
    ],
  ])('of an App that %s', async (_, answers, created) => {
    expect(await put(...answers)).toMatchObject({ created });
  });
});

describe('delete', () => {
  const { metadata } = object();
  it.each([
    ['is gone', answer(404, { kind: 'Status', reason: 'NotFound', code: 404 })],
    [
      'has another one in its place',
      answer(409, {
        ...{ kind: 'Status', reason: 'Conflict', code: 409 },
        message: `the UID in the precondition (${APP.uid}) does not match the UID in record (other)`,
      }),
    ],
  ])('succeeds where the App %s: the response was lost', async (_, second) => {
    const lost: Respond = (_request, response) => response.destroy();
    const { apps, server } = await over(answer(200, { ...object(), metadata }), lost, second);
    await apps.delete(APP.space, APP.name);
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'DELETE']);
  });
});
