import type { PipelineRun } from '../../../lib/tasks/pipeline-run.ts';
import { withValue } from '../../support/with-value.ts';
import { POD, POD_FIELDS } from './forged-runs.ts';
import {
  all,
  get,
  type IdentityRequest,
  of,
  ofAll,
  one,
  type Place,
  patch,
  post,
  remove,
  THERE,
} from './identity-request.ts';
import { REFUSED } from './refused-runs.ts';

const variableOf = (name: string) => ({
  env: [{ name: 'STOLEN', valueFrom: { secretKeyRef: { name, key: 'password' } } }],
});
const create = (run: (place: Place) => object) => post(all('pipelineruns'), run);
const allowed = (run: (place: Place) => object): IdentityRequest =>
  of(create(run), 'rbac', 'allowed', 'allowed');

/** Run that a policy refuses to both identities that create runs. */
const refused = (run: (place: Place) => object, policy: `taskbridge-${string}`): IdentityRequest =>
  of(create(run), 'rbac', policy, policy);

/** Task with one change of `REFUSED`. */
const changedBy = (what: string) => (place: Place) => {
  const [, change] = REFUSED.find(([name]) => name === what) ?? [];
  if (change === undefined) throw new Error(`No change "${what}" in refused-runs.ts.`);
  return change(place.of.task());
};
const withField = (path: string, value: unknown) => (place: Place) =>
  withValue(place.of.task() satisfies PipelineRun, path, value);
const withPodField = (field: keyof typeof POD_FIELDS) =>
  refused(withField(`${POD}/${field}`, POD_FIELDS[field]), 'taskbridge-platform');

const CANCEL = { spec: { status: 'Cancelled' } };

/** Requests for runs of an open space. */
export const OF_RUNS = {
  'read a task': ofAll(get(one('pipelineruns', THERE.task))),
  'read a TaskRun': ofAll(get(one('taskruns', THERE.taskRun))),
  'run any command in any image': allowed(({ of: space }) =>
    space.task('stolen', undefined, { image: 'stolen:1' }),
  ),
  'run a task with a Secret': allowed(({ of: space }) =>
    space.task('stolen', undefined, variableOf(THERE.secret)),
  ),
  'run a task as a labelled service account': allowed(({ of: space }) =>
    space.task('stolen', THERE.labelled),
  ),
  'run a task in a security group': allowed(({ of: space }) =>
    space.task('stolen', undefined, { securityGroups: ['internal'] }),
  ),
  'start a build': of(
    create(({ of: space }) => space.build()),
    'rbac',
    'taskbridge-builds',
    'allowed',
  ),
  'run a task with the Secret of a build': refused(
    ({ of: space }) => space.task('stolen', undefined, variableOf('report-1-taskbridge-build')),
    'taskbridge-runs',
  ),
  'run a task as another service account': refused(
    ({ of: space }) => space.task('stolen', THERE.account),
    'taskbridge-service-accounts',
  ),
  'run privileged': refused(changedBy('that is privileged'), 'taskbridge-runs'),
  'run with more privileges': refused(changedBy('that may escalate'), 'taskbridge-runs'),
  'run without a seccomp profile': refused(changedBy('without a seccomp profile'), 'taskbridge-runs'),
  'run with the files of the host': refused(changedBy('that mounts its node'), 'taskbridge-runs'),
  'run on the network of the host': refused(changedBy('on the network of its node'), 'taskbridge-platform'),
  'run a second step': refused(changedBy('with a second step'), 'taskbridge-runs'),
  'run beside a sidecar': refused(changedBy('with a sidecar'), 'taskbridge-runs'),
  'choose the node': withPodField('nodeSelector'),
  'tolerate every node': withPodField('tolerations'),
  'choose the priority': withPodField('priorityClassName'),
  'choose the runtime class': withPodField('runtimeClassName'),
  'choose the name servers': withPodField('dnsConfig'),
  'choose annotations of the pod': refused(
    withField('metadata/annotations/iam.amazonaws.com~1role', 'admin'),
    'taskbridge-platform',
  ),
  'keep a run by a finalizer': refused(
    withField('metadata/finalizers', ['evil.dev/stuck']),
    'taskbridge-platform',
  ),
  'keep the owner of a run': refused(
    withField('metadata/ownerReferences/0/blockOwnerDeletion', true),
    'taskbridge-platform',
  ),
  'cancel a task': of(patch(one('pipelineruns', THERE.task), CANCEL), 'rbac', 'allowed', 'allowed'),
  'delete a task': of(remove(one('pipelineruns', THERE.task)), 'rbac', 'rbac', 'allowed'),
  'change a task': of(
    patch(one('pipelineruns', THERE.task), { metadata: { labels: { 'taskbridge.dev/app': 'mail' } } }),
    'rbac',
    'taskbridge-others-runs',
    'taskbridge-others-runs',
  ),
  'keep a task by a finalizer': of(
    patch(one('pipelineruns', THERE.task), { metadata: { finalizers: ['evil.dev/stuck'] } }),
    'rbac',
    'taskbridge-others-runs',
    'taskbridge-others-runs',
  ),
  'cancel a run of others': of(
    patch(one('pipelineruns', THERE.foreign), CANCEL),
    'rbac',
    'taskbridge-others-runs',
    'taskbridge-others-runs',
  ),
  'change a run of others': of(
    patch(one('pipelineruns', THERE.foreign), {
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'taskbridge' } },
    }),
    'rbac',
    'taskbridge-others-runs',
    'taskbridge-others-runs',
  ),
  'delete a run of others': of(
    remove(one('pipelineruns', THERE.foreign)),
    'rbac',
    'rbac',
    'taskbridge-others-runs',
  ),
} as const;
