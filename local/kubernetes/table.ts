import type { Column } from './columns.ts';
import type { KubeObject } from './object.ts';
import { badRequest } from './status.ts';

/** The part of each object that a Table includes next to its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export type ListMetadata = {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
};

/** Parses `includeObject`. Throws 400 for an unknown value. */
export function parseIncludeObject(value: string | null): IncludeObject {
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(`unrecognized includeObject value: "${value}"`);
}

/** `Table` of meta.k8s.io/v1, as `kubectl get` prints it. */
export const toTable = (
  columns: readonly Column[],
  objects: readonly KubeObject[],
  metadata: ListMetadata,
  include: IncludeObject,
) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: columns.map(({ cell: _, ...definition }) => definition),
  rows: objects.map((object) => ({
    cells: columns.map(({ cell }) => cell(object)),
    object: include === 'Object' ? object : include === 'None' ? null : toPartial(object),
  })),
});

/** `PartialObjectMetadata` of an object. */
export const toPartial = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});
