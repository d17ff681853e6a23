import { app, job } from '../../support/custom-resources.ts';
import { clusterListPath, NAMESPACES } from '../../support/paths.ts';
import {
  all,
  collection,
  get,
  of,
  ofAll,
  ofNobody,
  one,
  patch,
  post,
  put,
  remove,
  THERE,
} from './identity-request.ts';
import { APP, BINDINGS, BUILD, changed, EVENT, TOKEN_OF } from './own-secrets.ts';

const ACCOUNT_TOKEN = changed(
  BINDINGS,
  { name: 'minted', annotations: TOKEN_OF, ownerReferences: [] },
  { type: 'kubernetes.io/service-account-token', data: undefined },
);
const POD = { spec: { containers: [{ name: 'main', image: 'busybox:1' }] } };
const EVICTION = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: THERE.pod } };

/** Requests for objects of an open space other than runs. */
export const IN_SPACE = {
  'read an App': ofAll(get(one('apps', THERE.app))),
  'list Apps': of(get(all('apps')), 'allowed', 'rbac', 'allowed'),
  'read a Job': ofAll(get(one('jobs', THERE.job))),
  'list Jobs': ofAll(get(all('jobs'))),
  'list tasks': ofAll(get(all('pipelineruns'))),
  'list TaskRuns': ofAll(get(all('taskruns'))),
  'read a pod': ofAll(get(one('pods', THERE.pod))),
  'read the log of a pod': of(get(one('pods', THERE.pod, 'log')), 'allowed', 'allowed', 'rbac'),
  'list the bindings that open spaces': of(
    get(clusterListPath('rolebindings'), { fieldSelector: 'metadata.name=taskbridge-reader' }),
    'allowed',
    'rbac',
    'rbac',
  ),
  'read a Secret by its name': of(get(one('secrets', THERE.secret)), 'rbac', 'rbac', 'allowed'),
  'list Secrets': ofNobody(get(all('secrets'))),
  'list Secrets of the cluster': ofNobody(get(clusterListPath('secrets'))),
  'watch Secrets': ofNobody(
    get(all('secrets'), { watch: true, timeoutSeconds: 1, fieldSelector: `metadata.name=${THERE.secret}` }),
  ),
  'read a service account': of(get(one('serviceaccounts', THERE.account)), 'rbac', 'rbac', 'allowed'),
  'read the annotations of the space': of(
    get(({ space }) => `${NAMESPACES}/${space}`),
    'rbac',
    'rbac',
    'allowed',
  ),
  'read a ConfigMap': ofNobody(get(one('configmaps', THERE.configMap))),
  'list pods': ofNobody(get(all('pods'))),

  'create an App': of(post(all('apps'), app('stolen')), 'rbac', 'rbac', 'allowed'),
  'change an App': of(
    patch(one('apps', THERE.app), { spec: { image: 'stolen:1' } }),
    'rbac',
    'rbac',
    'allowed',
  ),
  'delete an App': of(remove(one('apps', THERE.app)), 'rbac', 'rbac', 'allowed'),
  'write the status of an App': of(
    patch(one('apps', THERE.app, 'status'), { status: {} }),
    'rbac',
    'rbac',
    'allowed',
  ),
  'create a Job': of(post(all('jobs'), job('stolen')), 'rbac', 'allowed', 'allowed'),
  'change a Job': of(
    patch(one('jobs', THERE.job), { spec: { suspend: true } }),
    'rbac',
    'allowed',
    'allowed',
  ),
  'delete a Job': of(remove(one('jobs', THERE.job)), 'rbac', 'allowed', 'allowed'),

  'write the status of a Job': of(
    patch(one('jobs', THERE.job, 'status'), { status: {} }),
    'rbac',
    'allowed',
    'allowed',
  ),
  'create the Secret of an event': of(post(all('secrets'), EVENT), 'rbac', 'allowed', 'allowed'),
  'create bindings': of(
    post(
      all('secrets'),
      changed(BINDINGS, { name: 'mail-taskbridge-bindings', ownerReferences: [{ ...APP, name: 'mail' }] }),
    ),
    'rbac',
    'taskbridge-secrets',
    'allowed',
  ),
  'create the Secret of a build': of(post(all('secrets'), BUILD), 'rbac', 'taskbridge-secrets', 'allowed'),
  'change bindings': of(
    put(one('secrets', THERE.bindings), ({ bindings }) => ({ ...bindings, data: { VCAP_SERVICES: 'W10=' } })),
    'rbac',
    'rbac',
    'allowed',
  ),
  'delete the Secret of a build': of(remove(one('secrets', THERE.build)), 'rbac', 'rbac', 'allowed'),
  'create a Secret of another name': of(
    post(all('secrets'), changed(BINDINGS, { name: 'stolen' })),
    'rbac',
    'taskbridge-secrets',
    'taskbridge-secrets',
  ),
  'create a Secret with the token of a service account': of(
    post(all('secrets'), ACCOUNT_TOKEN),
    'rbac',
    'taskbridge-secrets',
    'taskbridge-secrets',
  ),
  'create a Secret with which nodes pull': of(
    post(
      all('secrets'),
      changed(
        BINDINGS,
        {},
        { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } },
      ),
    ),
    'rbac',
    'taskbridge-secrets',
    'taskbridge-secrets',
  ),
  'replace a Secret of others': of(
    put(one('secrets', THERE.secret), { metadata: { name: THERE.secret }, data: { a: 'YQ==' } }),
    'rbac',
    'rbac',
    'taskbridge-secrets',
  ),
  'delete a Secret of others': of(remove(one('secrets', THERE.secret)), 'rbac', 'rbac', 'taskbridge-secrets'),
  'patch a Secret': ofNobody(patch(one('secrets', THERE.secret), { data: { a: 'YQ==' } })),

  'ask for the token of a service account': ofNobody(
    post(one('serviceaccounts', THERE.account, 'token'), { spec: {} }),
  ),
  'label a service account': ofNobody(
    patch(one('serviceaccounts', THERE.account), {
      metadata: { labels: { 'taskbridge.dev/task-service-account': 'true' } },
    }),
  ),
  'make a pod': ofNobody(post(all('pods'), { metadata: { name: 'stolen' }, ...POD })),
  'make a TaskRun': ofNobody(
    post(all('taskruns'), { metadata: { name: 'stolen' }, spec: { taskSpec: { steps: [] } } }),
  ),
  'make a Pipeline': ofNobody(
    post(({ space }) => `/apis/tekton.dev/v1/namespaces/${space}/pipelines`, {
      metadata: { name: 'stolen' },
    }),
  ),
  'make a Deployment': ofNobody(
    post(({ space }) => `/apis/apps/v1/namespaces/${space}/deployments`, { metadata: { name: 'stolen' } }),
  ),
  'run a command in a pod': ofNobody(post(one('pods', THERE.pod, 'exec'))),
  'attach to a pod': ofNobody(post(one('pods', THERE.pod, 'attach'))),
  'forward the ports of a pod': ofNobody(post(one('pods', THERE.pod, 'portforward'))),
  'add a container to a pod': ofNobody(patch(one('pods', THERE.pod, 'ephemeralcontainers'))),
  'delete a pod': ofNobody(remove(one('pods', THERE.pod))),
  'evict a pod': ofNobody(post(one('pods', THERE.pod, 'eviction'), EVICTION)),
  'write the status of a run': ofNobody(patch(one('pipelineruns', THERE.task, 'status'), { status: {} })),

  'delete all Secrets': collection('secrets'),
  'delete all tasks': collection('pipelineruns'),
  'delete all Apps': collection('apps'),
  'delete all Jobs': collection('jobs'),
} as const;
