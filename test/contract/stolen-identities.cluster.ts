import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../support/cluster-api.ts';
import { app, job } from '../support/custom-resources.ts';
import { listPath, NAMESPACES, objectPath } from '../support/paths.ts';
import { pipelineRun } from '../support/pipeline-run.ts';
import { type Place, THERE } from './support/identity-request.ts';
import { REQUESTS } from './support/identity-requests.ts';
import { rightOf, rightsIn } from './support/needed-rights.ts';
import { onRealCluster } from './support/on-cluster.ts';
import { APP, BINDINGS, BUILD, changed, RUN } from './support/own-secrets.ts';
import { openPolicedSpace } from './support/policed-space.ts';
import type { Target } from './support/target.ts';

const IDENTITIES = ['reader', 'runner', 'keeper'] as const;
const ROWS = Object.entries(REQUESTS).map(([what, { send, ...answers }]) => ({ what, send, answers }));
const CASES = ROWS.flatMap(({ what, send, answers }) =>
  IDENTITIES.map((identity) => ({ what, send, identity, expected: answers[identity] })),
);

/** User that EKS makes of a function's role; the group is that of its access entry. */
const OF_A_ROLE = 'arn:aws:sts::111122223333:assumed-role/taskbridge-dev/function';

/** Answer in the words of the table; any other in its status and message. */
const outcomeOf = ({ status, body }: Answer): string => {
  const [, policy] = /ValidatingAdmissionPolicy '([-\w]+)'/.exec(body.message ?? '') ?? [];
  if (policy !== undefined) return policy;
  if (status === 403 && body.reason === 'Forbidden') return 'rbac';
  return status < 300 ? 'allowed' : `${status} ${body.message}`;
};

/** Objects of a space and of a closed namespace, which a thief would be after. */
async function furnish(target: Target, { of, space, closed }: Omit<Place, 'bindings'>): Promise<Place> {
  const admin = target.as('admin');
  const made = async (path: string, body: object) => {
    const { status, text, body: made } = await admin.create(path, body);
    if (status !== 201) throw new Error(`${path}: ${status} ${text}`);
    return made;
  };
  const secret = { metadata: { name: THERE.secret }, data: { password: 'YQ==' } };
  const labels = { 'taskbridge.dev/task-service-account': 'true' };
  await made(listPath('jobs', space), job(THERE.job));
  await made(listPath('secrets', space), secret);
  await made(listPath('serviceaccounts', space), { metadata: { name: THERE.account } });
  await made(listPath('serviceaccounts', space), { metadata: { name: THERE.labelled, labels } });
  await made(listPath('configmaps', space), { metadata: { name: THERE.configMap } });
  await made(listPath('pods', space), {
    metadata: { name: THERE.pod },
    // No scheduler has this name, so it never runs.
    spec: { schedulerName: 'none', containers: [{ name: 'main', image: target.image }] },
  });
  const foreign = await made(
    listPath('pipelineruns', space),
    pipelineRun({ name: THERE.foreign, image: target.image, status: 'PipelineRunPending' }),
  );
  await made(listPath('taskruns', space), {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: THERE.taskRun },
    spec: { taskRef: { name: 'none' } },
  });
  const run = { ...RUN, name: THERE.foreign, uid: foreign.metadata.uid };
  await made(listPath('secrets', space), changed(BUILD, { name: THERE.build, ownerReferences: [run] }));
  const { metadata } = (await admin.get(objectPath('apps', space, THERE.app))).body;
  const owner = { ...APP, uid: metadata.uid, controller: true };
  const bindings = changed(BINDINGS, { ownerReferences: [owner] });
  await made(listPath('secrets', space), bindings);
  await of.create(of.task('mine'));
  await made(listPath('apps', closed), app(THERE.app));
  await made(listPath('secrets', closed), secret);
  return { of, space, closed, bindings };
}

/** Every promise of docs/security.md about identities, by its requests; each is a dry run. */
const stolenIdentities = (target: () => Target) =>
  describe('a stolen identity', () => {
    let place: Place;
    const sent = (identity: (typeof IDENTITIES)[number] | 'admin', send: (typeof ROWS)[number]['send']) => {
      const { method, path, ...options } = send(place);
      return target().as(identity).send(method, path, options);
    };

    beforeAll(async () => {
      const of = await openPolicedSpace(target());
      const closed = await target().closedNamespace();
      place = await furnish(target(), { of, space: of.space, closed });
    });

    it.each(CASES)('of the $identity, to $what: $expected', async ({ identity, send, expected }) => {
      expect(outcomeOf(await sent(identity, send))).toBe(expected);
    });

    it.each(CASES.filter(({ what }) => !what.startsWith('act as ')))(
      'of the $identity by its group, to $what: $expected',
      async ({ identity, send, expected }) => {
        const { method, path, ...options } = send(place);
        const headers = { 'impersonate-user': OF_A_ROLE, 'impersonate-group': `taskbridge:${identity}` };
        const answer = await target()
          .as('admin')
          .send(method, path, { ...options, headers });
        expect(outcomeOf(answer)).toBe(expected);
      },
    );

    // RBAC answers 403 for a path that does not exist as well.
    it.each(ROWS)('would $what by a request that the API server knows', async ({ send }) => {
      const { status, text } = await sent('admin', send);
      expect([404, 405].includes(status) ? { status, text } : 'known').toBe('known');
    });

    it.each(IDENTITIES)('of the %s has no right that none of these requests needs', async (identity) => {
      const needed = ROWS.filter(({ answers }) => answers[identity] === 'allowed').map(({ send }) =>
        rightOf(send(place)),
      );
      for (const namespace of [place.space, place.closed, 'taskbridge', 'kube-system']) {
        const { text } = await target()
          .as(identity)
          .create('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace } });
        expect(rightsIn(text).length).toBeGreaterThan(namespace === place.space ? 5 : -1);
        expect(rightsIn(text).filter((right) => !needed.includes(right))).toEqual([]);
      }
    });

    it('has changed nothing', async () => {
      const admin = target().as('admin');
      const names = async (plural: 'apps' | 'jobs' | 'pipelineruns') =>
        (await admin.get(listPath(plural, place.space))).body.items.map(({ metadata }) => metadata.name);
      expect(await names('apps')).toEqual([THERE.app]);
      expect(await names('jobs')).toEqual([THERE.job]);
      expect(await names('pipelineruns')).toEqual([THERE.task, THERE.foreign]);
      expect((await admin.get(`${NAMESPACES}/stolen`)).status).toBe(404);
    });
  });

onRealCluster(stolenIdentities);
