import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type ClusterApi, clusterApi } from '../support/cluster-api.ts';
import { clusterListPath, listPath, NAMESPACES, objectPath, type Plural } from '../support/paths.ts';
import type { Target } from './support/target.ts';

const NOBODY = 'nobody';
const PARAMETERS = objectPath('podtemplates', 'taskbridge', 'run-parameters');
/** A selector that no object has: a list deletion that is wrongly allowed deletes nothing. */
const NOTHING = { labelSelector: 'no=thing' };

type Place = { readonly api: ClusterApi; readonly plural: Plural; readonly space: string };

/** One request a verb, none of which changes anything even where it is allowed. */
const REQUEST = {
  get: ({ api, plural, space }: Place) => api.get(objectPath(plural, space, NOBODY)),
  list: ({ api, plural, space }: Place) => api.get(listPath(plural, space)),
  watch: ({ api, plural, space }: Place) =>
    api.get(listPath(plural, space), { watch: true, timeoutSeconds: 1 }),
  create: ({ api, plural, space }: Place) => api.create(listPath(plural, space), {}),
  update: ({ api, plural, space }: Place) => api.replace(objectPath(plural, space, NOBODY), {}),
  patch: ({ api, plural, space }: Place) => api.mergePatch(objectPath(plural, space, NOBODY), {}),
  delete: ({ api, plural, space }: Place) => api.delete(objectPath(plural, space, NOBODY)),
  deletecollection: ({ api, plural, space }: Place) =>
    api.send('DELETE', listPath(plural, space), { query: NOTHING }),
} as const;

type Verb = keyof typeof REQUEST;

const VERBS: readonly Verb[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
];
const IDENTITIES = ['reader', 'runner', 'keeper'] as const;

/** Rights in a space; everything else is forbidden. */
const ALLOWED = [
  ['apps', { reader: 'get list', runner: 'get', keeper: 'get list create update patch delete' }],
  [
    'jobs',
    {
      reader: 'get list',
      runner: 'get list create update patch delete',
      keeper: 'get list create update patch delete',
    },
  ],
  [
    'pipelineruns',
    { reader: 'get list', runner: 'get list create patch', keeper: 'get list create patch delete' },
  ],
  ['taskruns', { reader: 'get list', runner: 'get list', keeper: 'get list' }],
  ['pods', { reader: 'get', runner: 'get', keeper: 'get' }],
  ['secrets', { reader: '', runner: 'create', keeper: 'get create update delete' }],
  ['serviceaccounts', { reader: '', runner: '', keeper: 'get' }],
  ['configmaps', { reader: '', runner: '', keeper: '' }],
  ['podtemplates', { reader: '', runner: '', keeper: '' }],
  ['roles', { reader: '', runner: '', keeper: '' }],
  ['rolebindings', { reader: '', runner: '', keeper: '' }],
] as const;

const CASES = ALLOWED.flatMap(([plural, { reader, runner, keeper }]) => [
  { identity: 'reader', plural, verbs: reader } as const,
  { identity: 'runner', plural, verbs: runner } as const,
  { identity: 'keeper', plural, verbs: keeper } as const,
]);

const SUBRESOURCES = [
  ['GET', 'pods', 'log', 'reader runner'],
  ['PATCH', 'apps', 'status', 'keeper'],
  ['PUT', 'apps', 'status', 'keeper'],
  ['PATCH', 'jobs', 'status', 'runner keeper'],
  ['PUT', 'jobs', 'status', 'runner keeper'],
  ['PATCH', 'pipelineruns', 'status', ''],
  ['PATCH', 'taskruns', 'status', ''],
  ['POST', 'pods', 'exec', ''],
  ['POST', 'pods', 'eviction', ''],
  ['POST', 'serviceaccounts', 'token', ''],
] as const;

const isForbidden = ({ status, body }: Answer): boolean => status === 403 && body.reason === 'Forbidden';

/** Rights of each identity: in a space, in a closed namespace, and in the cluster. */
export const rights = (target: () => Target) =>
  describe('rights', () => {
    const ABSENT = 'contract-was-never-there';
    let space = '';
    let closed = '';

    beforeAll(async () => {
      space = await target().openSpace();
      closed = await target().closedNamespace();
    });

    const allowedVerbs = async (place: Place): Promise<string> => {
      const answers = await Promise.all(
        VERBS.map(async (verb) => ({ verb, answer: await REQUEST[verb](place) })),
      );
      // 401 would be a token that is not known: it says nothing about rights.
      expect(answers.map(({ answer }) => answer.status)).not.toContain(401);
      return answers.flatMap(({ verb, answer }) => (isForbidden(answer) ? [] : [verb])).join(' ');
    };

    it.each(CASES)('$identity on $plural in a space: "$verbs"', async ({ identity, plural, verbs }) => {
      expect(await allowedVerbs({ api: target().as(identity), plural, space })).toBe(verbs);
    });

    it.each(SUBRESOURCES)('%s %s/%s in a space: "%s"', async (method, plural, subresource, allowed) => {
      const path = objectPath(plural, space, NOBODY, subresource);
      const body = method === 'GET' ? {} : { body: {} };
      const type = method === 'PATCH' ? { type: 'application/merge-patch+json' } : {};
      const may: string[] = [];
      for (const identity of IDENTITIES) {
        const answer = await target()
          .as(identity)
          .send(method, path, { ...body, ...type });
        if (!isForbidden(answer)) may.push(identity);
      }
      expect(may.join(' ')).toBe(allowed);
    });

    // Beyond a space the keeper lists apps and jobs, and the reader the bindings that open spaces.
    it.each(CASES)('$identity on $plural in a closed namespace', async ({ identity, plural }) => {
      const listedByKeeper = identity === 'keeper' && ['apps', 'jobs'].includes(plural);
      expect(await allowedVerbs({ api: target().as(identity), plural, space: closed })).toBe(
        listedByKeeper ? 'list' : '',
      );
    });

    it.each(CASES)('$identity on $plural of the whole cluster', async ({ identity, plural }) => {
      const listedByKeeper = identity === 'keeper' && ['apps', 'jobs'].includes(plural);
      const { status } = await target().as(identity).get(clusterListPath(plural));
      expect(status).toBe(listedByKeeper ? 200 : 403);
    });

    it.each([
      ['reader', 'taskbridge-reader', 200],
      ['reader', 'taskbridge-keeper', 403],
      ['runner', 'taskbridge-reader', 403],
      ['keeper', 'taskbridge-reader', 403],
    ] as const)('%s on the bindings %s of the whole cluster: %d', async (identity, name, expected) => {
      const { status, body } = await target()
        .as(identity)
        .get(clusterListPath('rolebindings'), { fieldSelector: `metadata.name=${name}` });
      expect(status).toBe(expected);
      if (expected !== 200) return;
      const namespaces = body.items.map(({ metadata }) => metadata.namespace);
      expect(namespaces).toContain(space);
      expect(namespaces).not.toContain(closed);
    });

    it.each([
      ['reader', 403],
      ['runner', 403],
      ['keeper', 200],
    ] as const)('%s on the parameters of the policies: %d', async (identity, expected) => {
      const api = target().as(identity);
      expect((await api.get(PARAMETERS)).status).toBe(expected);
      expect((await api.get(objectPath('podtemplates', 'taskbridge', NOBODY))).status).toBe(403);
      expect((await api.mergePatch(PARAMETERS, {})).status).toBe(403);
    });

    it('are refused in the same words in a namespace that is closed and in one that is not there', async () => {
      const get = async (namespace: string) => {
        const { status, text } = await target()
          .as('runner')
          .get(objectPath('apps', namespace, 'billing'));
        return { status, text: text.replaceAll(namespace, 'NAMESPACE') };
      };
      const answer = await get(closed);
      expect(answer).toEqual(await get(ABSENT));
      expect({ ...answer, body: JSON.parse(answer.text) }).toMatchObject({
        status: 403,
        body: {
          kind: 'Status',
          reason: 'Forbidden',
          code: 403,
          message:
            'apps.taskbridge.dev "billing" is forbidden: User "system:serviceaccount:taskbridge:runner" cannot get ' +
            'resource "apps" in API group "taskbridge.dev" in the namespace "NAMESPACE"',
        },
      });
    });

    it.each(IDENTITIES)('of %s do not reach namespaces or other users', async (identity) => {
      const api = target().as(identity);
      const asAdmin = { headers: { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' } };
      const answers = [
        await api.get(NAMESPACES),
        await api.get(`${NAMESPACES}/${closed}`),
        await api.mergePatch(`${NAMESPACES}/${space}`, {
          metadata: { annotations: { 'taskbridge.dev/gpu': 'a' } },
        }),
        await api.create(NAMESPACES, {}),
        await api.delete(`${NAMESPACES}/${space}`),
        await api.send('GET', listPath('pipelineruns', space), asAdmin),
      ];
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    });

    it('are none with a token that the cluster does not know', async () => {
      const { url, ca } = target();
      const anonymous = clusterApi({ url, ca, token: 'not-a-token' });
      const { status, body } = await anonymous.get(listPath('apps', space));
      anonymous.close();
      expect({ status, reason: body.reason }).toEqual({ status: 401, reason: 'Unauthorized' });
    });

    it('are none without a token', async () => {
      const { url, ca } = target();
      const nobody = clusterApi({ url, ca });
      const { status } = await nobody.get(listPath('apps', space));
      nobody.close();
      // A cluster may know such a caller as `system:anonymous`, who has no rights.
      expect([401, 403]).toContain(status);
    });
  });
