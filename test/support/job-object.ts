const METADATA = {
  ...{ name: 'nightly', namespace: 'team-a', uid: 'uid-1', resourceVersion: '7', generation: 3 },
  creationTimestamp: '2026-11-24T21:00:00Z',
};

export const SPEC = { app: 'billing', schedule: { cron: '0 2 * * *', timeZone: 'UTC' } };

/** A Job as an object of the cluster; `more` in place of its fields, `metadata` in place of those of its metadata. */
export const jobObject = (more: object = {}, metadata: object = {}) => ({
  metadata: { ...METADATA, ...metadata },
  spec: SPEC,
  ...more,
});
