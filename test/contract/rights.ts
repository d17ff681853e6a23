import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, ClusterApi } from '../support/cluster-api.ts';
import { clusterListPath, listPath, NAMESPACES, objectPath, type Plural } from '../support/paths.ts';
import type { Identity, Target } from './target.ts';

const NOBODY = 'nobody';
/** A selector that no object has: a list deletion that is wrongly allowed deletes nothing. */
const NOTHING = { labelSelector: 'no=thing' };

type Place = { readonly api: ClusterApi; readonly plural: Plural; readonly space: string };

/** One request a verb, none of which changes anything even where it is allowed. */
const REQUEST = {
  get: ({ api, plural, space }: Place) => api.get(objectPath(plural, space, NOBODY)),
  list: ({ api, plural, space }: Place) => api.get(listPath(plural, space)),
  watch: ({ api, plural, space }: Place) => api.get(listPath(plural, space), { watch: true, timeoutSeconds: 1 }),
  create: ({ api, plural, space }: Place) => api.create(listPath(plural, space), {}),
  update: ({ api, plural, space }: Place) => api.replace(objectPath(plural, space, NOBODY), {}),
  patch: ({ api, plural, space }: Place) => api.mergePatch(objectPath(plural, space, NOBODY), {}),
  delete: ({ api, plural, space }: Place) => api.delete(objectPath(plural, space, NOBODY)),
  deletecollection: ({ api, plural, space }: Place) =>
    api.send('DELETE', listPath(plural, space), { query: NOTHING }),
} as const;

type Verb = keyof typeof REQUEST;

const VERBS: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const IDENTITIES = ['reader', 'runner', 'keeper'] as const;

/** All that is allowed in a space; what is not here is forbidden. */
const ALLOWED: Readonly<Record<Plural, readonly [reader: string, runner: string, keeper: string]>> = {
  apps: ['get list', 'get', 'get list create update patch delete'],
  jobs: ['get list', 'get list create update patch delete', 'get list create update patch delete'],
  pipelineruns: ['get list', 'get list create patch', 'get list create patch delete'],
  taskruns: ['get list', 'get list', 'get list'],
  pods: ['get', '', ''],
  secrets: ['', '', 'get create update'],
  serviceaccounts: ['', '', 'get'],
  configmaps: ['', '', ''],
  roles: ['', '', ''],
  rolebindings: ['', '', ''],
};

const CASES = Object.entries(ALLOWED).flatMap(([plural, columns]) =>
  IDENTITIES.map((identity, column) => [identity, plural, columns[column] ?? ''] as const),
);

const SUBRESOURCES: readonly (readonly [identity: Identity, request: string, allowed: boolean])[] = [
  ['reader', 'get pods/log', true],
  ['runner', 'get pods/log', false],
  ['keeper', 'get pods/log', false],
  ['reader', 'patch apps/status', false],
  ['runner', 'patch apps/status', false],
  ['keeper', 'patch apps/status', true],
  ['keeper', 'update apps/status', true],
  ['reader', 'patch jobs/status', false],
  ['runner', 'patch jobs/status', true],
  ['runner', 'update jobs/status', true],
  ['keeper', 'patch jobs/status', true],
  ['keeper', 'update jobs/status', true],
  ['runner', 'patch pipelineruns/status', false],
  ['keeper', 'patch pipelineruns/status', false],
  ['keeper', 'patch taskruns/status', false],
  ['reader', 'create pods/exec', false],
  ['keeper', 'create pods/exec', false],
  ['keeper', 'create pods/eviction', false],
  ['runner', 'create serviceaccounts/token', false],
  ['keeper', 'create serviceaccounts/token', false],
];

const isForbidden = ({ status, body }: Answer): boolean => status === 403 && body.reason === 'Forbidden';

/** What each identity may do: in a space, in a namespace that is closed, and beyond. */
export const rights = (target: () => Target) =>
  describe('rights', () => {
    let space = '';
    let closed = '';
    const ABSENT = 'contract-was-never-there';

    beforeAll(async () => {
      space = await target().openSpace();
      closed = await target().closedNamespace();
    });

    const allowedVerbs = async (place: Place): Promise<Verb[]> => {
      const answers = await Promise.all(VERBS.map((verb) => REQUEST[verb](place)));
      // 401 would be a token that is not known: no answer about rights at all.
      expect(answers.map(({ status }) => status)).not.toContain(401);
      return VERBS.filter((_, index) => !isForbidden(answers[index] ?? never()));
    };

    it.each(CASES)('%s on %s in a space: %s', async (identity, plural, verbs) => {
      const api = target().as(identity);
      expect((await allowedVerbs({ api, plural: plural as Plural, space })).join(' ')).toBe(verbs);
    });
  });
