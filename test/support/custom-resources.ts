const apiVersion = 'taskbridge.dev/v1alpha1';

/** An App with an image, and what `spec` adds. */
export const app = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind: 'App',
  metadata: { name, ...metadata },
  spec: { image: 'busybox:1', ...spec },
});

/** A Job of the app `billing`, unless `spec` says another. */
export const job = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind: 'Job',
  metadata: { name, ...metadata },
  spec: { app: 'billing', ...spec },
});
