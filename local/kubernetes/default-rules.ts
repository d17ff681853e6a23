/** Group whose members may do everything, as in Kubernetes. */
export const MASTERS = 'system:masters';

const get = (...nonResourceURLs: readonly string[]) => ({ verbs: ['get'], nonResourceURLs });
const create = (group: string, ...resources: readonly string[]) => ({
  ...{ verbs: ['create'], apiGroups: [group], resources },
});

const PUBLIC = ['/healthz', '/livez', '/readyz', '/version', '/version/'] as const;

/** Rules of the roles that Kubernetes itself binds to groups, in its words; these roles are not stored here. */
export const DEFAULT_RULES: Readonly<Record<string, readonly object[]>> = {
  // cluster-admin
  [MASTERS]: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ],
  // system:basic-user, system:public-info-viewer, system:discovery
  'system:authenticated': [
    create('authentication.k8s.io', 'selfsubjectreviews'),
    create('authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'),
    get(...PUBLIC),
    get('/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...PUBLIC),
  ],
  // system:service-account-issuer-discovery
  'system:serviceaccounts': [
    get('/.well-known/openid-configuration', '/.well-known/openid-configuration/'),
    get('/openid/v1/jwks', '/openid/v1/jwks/'),
  ],
};
