import assert from 'node:assert';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from '../../../lib/platform/kubernetes/client.ts';
import { ApiPath, labelSelector } from '../../../lib/platform/kubernetes/requests.ts';
import { kubernetesLogs } from '../../../lib/tasks/repository-logs.ts';
import { failureOf, lines, ok } from '../../support/lines.ts';
import { holdsFor } from '../../support/property.ts';

const PLACE = { group: 'tekton.dev', version: 'v1', plural: 'taskruns', namespace: 'team-a', name: 'a' };

/** Texts that are no name, and where a path would lead with them. */
const HOSTILE = [
  '..',
  '.',
  '',
  '../../team-b/pods/victim',
  '../../team-b/pods/victim/log?container=prepare#',
  '..%2f..%2fteam-b',
  '%2e%2e',
  'a/log',
  'a\\..\\b',
  'a?watch=true',
  'a#b',
  'a;b',
  'a b',
  'a\n',
  'A',
  'a\0',
  '-a',
  'a..b',
  'é',
  'a'.repeat(254),
];

describe('a path of the API server', () => {
  it.each([
    [PLACE, '/apis/tekton.dev/v1/namespaces/team-a/taskruns/a'],
    [{ ...PLACE, name: undefined }, '/apis/tekton.dev/v1/namespaces/team-a/taskruns'],
    [
      { ...PLACE, name: 'a.b', subresource: 'status' },
      '/apis/tekton.dev/v1/namespaces/team-a/taskruns/a.b/status',
    ],
    [
      { group: '', version: 'v1', plural: 'pods', namespace: 'team-a', name: 'a' },
      '/api/v1/namespaces/team-a/pods/a',
    ],
    [{ group: 'taskbridge.dev', version: 'v1alpha1', plural: 'apps' }, '/apis/taskbridge.dev/v1alpha1/apps'],
  ])('of %j is %s', (place, path) => {
    expect(String(ApiPath.of(place))).toBe(path);
    expect(String(ApiPath.ofClient(path.replace('/api/', '/apis//')))).toBe(path);
  });

  it('names the part that is no name', () => {
    expect(() => ApiPath.of({ ...PLACE, name: '../../team-b' })).toThrow(
      'name: "../../team-b" is not allowed: lower-case letters, digits, "-" and ".", at most 253 characters.',
    );
    expect(() => ApiPath.of({ ...PLACE, namespace: 'a.b' })).toThrow('namespace: "a.b" is not allowed');
  });

  it.each(Object.keys(PLACE))('has no other place for any text as its %s', (part) => {
    const plain = String(ApiPath.of(PLACE)).split('/');
    const text = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE), fc.webPath(), fc.webQueryParameters());
    holdsFor(
      500,
      fc.property(text, (value) => {
        let path: string;
        try {
          path = String(ApiPath.of({ ...PLACE, [part]: value }));
        } catch {
          return;
        }
        // The core group has a path of its own.
        if (part === 'group' && value === '') return;
        const { pathname, search, hash } = new URL(path, 'https://cluster');
        assert.equal(pathname, path);
        assert.equal(search + hash, '');
        assert.equal(path.split('/').length, plain.length);
        assert.equal(path.split('/').filter((one, at) => one !== plain[at]).length <= 1, true);
      }),
    );
  });
});

describe('a request with a text that is no name', () => {
  const { to, server, close } = lines();
  let connection: Connection;
  beforeEach(async () => {
    connection = await to(ok);
  });
  afterAll(close);

  const METHODS = [
    'getNamespacedCustomObject',
    'listNamespacedCustomObject',
    'createNamespacedCustomObject',
    'replaceNamespacedCustomObject',
    'patchNamespacedCustomObject',
    'patchNamespacedCustomObjectStatus',
    'deleteNamespacedCustomObject',
    'getNamespacedCustomObjectScale',
    'replaceNamespacedCustomObjectStatus',
    'deleteCollectionNamespacedCustomObject',
  ] as const;

  it.each(METHODS)('is not sent by %s', async (method) => {
    const call = (place: object) => connection.custom[method]({ ...PLACE, body: {}, ...place });
    await call({});
    expect(server().received).toHaveLength(1);
    const parts = Object.keys(PLACE).filter(
      (part) => part !== 'name' || /\/a(\/|$)/.test(server().received[0]?.path ?? ''),
    );
    for (const part of parts)
      for (const text of HOSTILE.filter((one) => part !== 'group' || one !== ''))
        expect(await failureOf(call({ [part]: text }))).toMatchObject({ kind: 'invalid' });
    expect(server().received).toHaveLength(1);
  });

  it('is not sent for a log', async () => {
    for (const text of HOSTILE) {
      expect(await failureOf(kubernetesLogs(connection).read('team-a', text, {}))).toMatchObject({
        kind: 'invalid',
      });
      expect(await failureOf(kubernetesLogs(connection).read(text, 'a', {}))).toMatchObject({
        kind: 'invalid',
      });
    }
    expect(server().received).toEqual([]);
  });
});

describe('a label selector', () => {
  it('has a value, any of several values, no label, or no condition', () => {
    expect(labelSelector({ a: 'x', b: ['y', 'z'], c: false, d: undefined })).toBe('a=x,b in (y,z),!c');
  });

  it.each(['x,taskbridge.dev/app=billing', 'x)', 'x in (y)', '', '!x', 'x'.repeat(64), 'x y'])(
    'takes no other condition from the value %j',
    (value) => {
      expect(() => labelSelector({ a: value })).toThrow('a: ');
      expect(labelSelector({ a: ['x', value] })).toBe('a in (x)');
    },
  );

  it('of no value that a label can have selects nothing', () => {
    expect(labelSelector({ a: [] })).toBe('a,!a');
    expect(labelSelector({ a: ['x'.repeat(64)] })).toBe('a,!a');
  });
});
