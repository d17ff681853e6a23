import type { Column } from './columns.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** Kind of objects that the API serves. */
export type ResourceType = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Subresources with their verbs. */
  readonly subresources: Readonly<Record<string, readonly string[]>>;
  readonly columns: readonly Column[];
  /** True for custom resources: they have a generation, and a replace needs a resourceVersion. */
  readonly custom: boolean;
  /** Fields that a field selector may name, besides the name and the namespace. */
  readonly selectable?: readonly string[];
  /** Fields besides apiVersion, kind and metadata; others are dropped. Absent: defined by the CRD's schema. */
  readonly fields?: readonly string[];
  /** `openAPIV3Schema` of a CRD. */
  readonly schema?: Readonly<Record<string, unknown>>;
};

/** `tekton.dev/v1`, `v1`. */
export const apiVersionOf = ({ group, version }: ResourceType): string =>
  group === '' ? version : `${group}/${version}`;
