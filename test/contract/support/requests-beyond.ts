import { app, job } from '../../support/custom-resources.ts';
import { listPath, NAMESPACES, objectPath } from '../../support/paths.ts';
import { pipelineRun } from '../../support/pipeline-run.ts';
import { all, closed, get, of, ofNobody, patch, post, remove, type Sent, THERE } from './identity-request.ts';
import { EVENT } from './own-secrets.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const GRANT = {
  metadata: { name: 'stolen' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', name: 'keeper', namespace: 'taskbridge' }],
};
const as = (headers: NonNullable<Sent['headers']>) =>
  ofNobody((place) => ({ method: 'GET', path: listPath('secrets', place.space), headers }));

/** Requests beyond an open space: closed namespaces, other users, the cluster. */
export const BEYOND = {
  'read an App of a closed namespace': ofNobody(get(closed('apps', THERE.app))),
  'read a Secret of a closed namespace': ofNobody(get(closed('secrets', THERE.secret))),
  'list tasks of a closed namespace': ofNobody(get(closed('pipelineruns'))),
  'list Apps of a closed namespace': of(get(closed('apps')), 'rbac', 'rbac', 'allowed'),
  'list Jobs of a closed namespace': of(get(closed('jobs')), 'rbac', 'rbac', 'allowed'),
  'write an App of a closed namespace': ofNobody(post(closed('apps'), app('stolen'))),
  'write a Job of a closed namespace': ofNobody(post(closed('jobs'), job('stolen'))),
  'write a Secret of a closed namespace': ofNobody(post(closed('secrets'), EVENT)),
  'run a task in a closed namespace': ofNobody(
    post(closed('pipelineruns'), pipelineRun({ name: 'stolen', image: 'busybox:1' })),
  ),
  'run a task in the namespace of the system': ofNobody(
    post(listPath('pipelineruns', 'kube-system'), pipelineRun({ name: 'stolen', image: 'busybox:1' })),
  ),

  'act as an admin': as({ 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' }),
  'act as a service account': as({ 'impersonate-user': 'system:serviceaccount:kube-system:default' }),
  'act as another identity': as({
    'impersonate-user': 'system:serviceaccount:taskbridge:keeper',
    'impersonate-group': 'taskbridge:keeper',
  }),
  'make a role': ofNobody(
    post(all('roles'), {
      metadata: { name: 'stolen' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    }),
  ),
  'bind a role': ofNobody(post(all('rolebindings'), GRANT)),
  'bind a role of the cluster': ofNobody(post(`${RBAC}/clusterrolebindings`, GRANT)),
  'widen a role of its own': ofNobody(patch(`${RBAC}/clusterroles/taskbridge-runner`, { rules: [] })),
  'change a policy': ofNobody(patch(`${ADMISSION}/validatingadmissionpolicies/taskbridge-runs`)),
  'delete the binding of a policy': ofNobody(
    remove(`${ADMISSION}/validatingadmissionpolicybindings/taskbridge-runs`),
  ),
  'change the parameters of the policies': ofNobody(
    patch(objectPath('podtemplates', 'taskbridge', 'run-parameters')),
  ),
  'read the parameters of the policies': of(
    get(objectPath('podtemplates', 'taskbridge', 'run-parameters')),
    'rbac',
    'rbac',
    'allowed',
  ),
  'make a webhook': ofNobody(
    post(`${ADMISSION}/mutatingwebhookconfigurations`, { metadata: { name: 'stolen' } }),
  ),
  'change a resource definition': ofNobody(
    patch('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/apps.taskbridge.dev'),
  ),
  'list namespaces': ofNobody(get(NAMESPACES)),
  'make a namespace': ofNobody(post(NAMESPACES, { metadata: { name: 'stolen' } })),
  'label a namespace': ofNobody(patch(({ space }) => `${NAMESPACES}/${space}`)),
  'delete a namespace': ofNobody(remove(({ space }) => `${NAMESPACES}/${space}`)),
  'list nodes': ofNobody(get('/api/v1/nodes')),
  'make a node': ofNobody(post('/api/v1/nodes', { metadata: { name: 'stolen' } })),
  'ask for a certificate': ofNobody(
    post('/apis/certificates.k8s.io/v1/certificatesigningrequests', { metadata: { name: 'stolen' } }),
  ),
} as const;
