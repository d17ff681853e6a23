import { AGGREGATED } from './discovery.ts';
import type { KubeObject } from './object.ts';
import { apiVersionOf, type ResourceType } from './resource-type.ts';
import { notAcceptable } from './status.ts';
import { type IncludeObject, type ListMetadata, toPartial, toTable } from './table.ts';

/** Representation of objects: complete, as rows of a Table, or metadata only. */
export type Representation = 'whole' | 'table' | 'metadata';

const mediaTypes = (accept: string | undefined): readonly string[] =>
  (accept ?? 'application/json').split(',').map((type) => type.trim().replaceAll(/\s/g, ''));

/** First supported media type of `Accept`. Throws 406 if there is none. */
export function representationOf(accept: string | undefined): Representation {
  for (const type of mediaTypes(accept)) {
    const [name, ...parameters] = type.split(';');
    if (name !== 'application/json' && name !== '*/*' && name !== 'application/*') continue;
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
    if (as === undefined) return 'whole';
    if (!parameters.includes('v=v1')) continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  throw notAcceptable();
}

/** Tests if the client accepts aggregated discovery. */
export const takesAggregated = (accept: string | undefined): boolean =>
  mediaTypes(accept).includes(AGGREGATED);

export type View = {
  readonly type: ResourceType;
  readonly as: Representation;
  readonly include: IncludeObject;
};

/** One object in the requested representation. */
export function renderObject({ type, as, include }: View, object: KubeObject): unknown {
  if (as === 'whole') return object;
  if (as === 'metadata') return toPartial(object);
  const { resourceVersion } = object.metadata;
  return toTable(type.columns, [object], { resourceVersion }, include);
}

/** List in the requested representation. */
export function renderList(
  { type, as, include }: View,
  objects: readonly KubeObject[],
  metadata: ListMetadata,
): unknown {
  if (as === 'table') return toTable(type.columns, objects, metadata, include);
  if (as === 'metadata') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map(toPartial),
    };
  }
  // The last page of custom resources, and only of those, has an empty `continue`.
  const last = type.custom ? { continue: '' } : {};
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata: { ...last, ...metadata },
    items: objects,
  };
}
