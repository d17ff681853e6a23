import type { Draft, KubeObject } from './object.ts';
import type { ResourceType } from './resources.ts';

/** What a write is judged by beside its schema: an admission webhook, which is called in the same process. */
export type Admission = {
  /** The object with the webhook's defaults. Throws what the API server answers for one it cannot read. */
  mutate(type: ResourceType, object: Draft): Draft;
  /** Throws what the API server answers when the webhook denies the request. `old` is absent at a create. */
  validate(type: ResourceType, object: Draft, old: KubeObject | undefined): void;
};
