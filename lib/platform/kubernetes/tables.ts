import { Observable, type ObservableMiddleware, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { Metadata } from './objects.ts';

/** `Table` of meta.k8s.io/v1: Kubernetes' own thin list. */
export const Table = v.object({
  metadata: v.object({ resourceVersion: v.string(), continue: v.optional(v.string()) }),
  columnDefinitions: v.array(v.object({ name: v.string() })),
  rows: v.optional(
    v.nullable(v.array(v.object({ cells: v.array(v.unknown()), object: v.object({ metadata: Metadata }) }))),
  ),
});

/** Adds the parameter that the client has no argument for. */
const withoutObjects: ObservableMiddleware = {
  pre: (request) => {
    request.setQueryParam('includeObject', 'None');
    return new Observable(Promise.resolve(request));
  },
  post: (response) => new Observable(Promise.resolve(response)),
};

/** Options of a list that is wanted as a {@link Table}; `cells`: with no metadata of the objects. */
export const asTable = (rows: 'cells' | 'metadata') =>
  setHeaderOptions(
    'Accept',
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    rows === 'cells' ? { middleware: [withoutObjects] } : undefined,
  );
