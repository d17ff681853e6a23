/** The owners that Secrets of the functions name. */
export const RUN = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', name: 'report-1', uid: 'uid' };
export const APP = { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', name: 'billing', uid: 'uid' };

export type Metadata = Readonly<Record<string, unknown>>;

export const secret = (metadata: Metadata, more: object = {}) => ({
  type: 'Opaque',
  metadata: { labels: { 'app.kubernetes.io/managed-by': 'taskbridge' }, ...metadata },
  ...more,
});

/** Secrets as the functions make them. */
export const EVENT = secret(
  { name: 'report-1-taskbridge-event', ownerReferences: [RUN] },
  { data: { 'event.json': 'e30=' } },
);
export const BUILD = secret(
  { name: 'report-1-taskbridge-build', ownerReferences: [RUN] },
  { data: { url: 'YQ==', 'config.json': 'e30=', 'env.BP_NODE_VERSION': 'MjA=' } },
);
export const BINDINGS = secret(
  { name: 'billing-taskbridge-bindings', ownerReferences: [{ ...APP, controller: true }] },
  { data: { VCAP_SERVICES: 'e30=', DATABASE_URL: 'YQ==' } },
);
export const OURS = { event: EVENT, build: BUILD, bindings: BINDINGS } as const;
export type Ours = (typeof OURS)[keyof typeof OURS];

export const changed = (of: Ours, metadata: Metadata, more: object = {}) => ({
  ...of,
  metadata: { ...of.metadata, ...metadata },
  ...more,
});
/** Annotation that makes a Secret of that type the token of a service account. */
export const TOKEN_OF = { 'kubernetes.io/service-account.name': 'deployer' };
