import type { Draft, KubeObject } from './object.ts';
import type { ResourceType } from './resource-type.ts';

/** Admission webhook, called in the same process. */
export type Admission = {
  /** Returns the object with the webhook's defaults. Throws the API server's error if the webhook cannot decode it. */
  mutate(type: ResourceType, object: Draft): Draft;
  /** Throws the API server's error if the webhook denies the request. `old` is absent on create. */
  validate(type: ResourceType, object: Draft, old: KubeObject | undefined): void;
};
