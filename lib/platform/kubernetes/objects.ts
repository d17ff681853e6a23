import { Observable, type ObservableMiddleware, setHeaderOptions } from '@kubernetes/client-node';
import * as v from 'valibot';
import { ANNOTATION } from '../labels.ts';
import { CORE } from './client.ts';
import type { Subject } from './errors.ts';

/** Labels or annotations; an object without them has an empty record. */
const Labels = v.optional(v.record(v.string(), v.string()), {});

/** Metadata of every object that we read. */
export const Metadata = v.object({
  name: v.string(),
  namespace: v.string(),
  uid: v.string(),
  resourceVersion: v.string(),
  creationTimestamp: v.string(),
  deletionTimestamp: v.optional(v.string()),
  /** Raised by each change of the spec. */
  generation: v.optional(v.number(), 0),
  labels: Labels,
  annotations: Labels,
  ownerReferences: v.optional(
    v.array(v.object({ apiVersion: v.string(), kind: v.string(), name: v.string(), uid: v.string() })),
    [],
  ),
});
export type Metadata = v.InferOutput<typeof Metadata>;

const Annotated = v.object({ metadata: v.object({ annotations: Labels }) });

/** Nonce of the create that made an object; `undefined` for an object of others. */
export const nonceOf = (object: unknown): string | undefined =>
  v.parse(Annotated, object).metadata.annotations[ANNOTATION.nonce];

/** Label with the PipelineRun's name that Tekton puts on each TaskRun. */
export const RUN_LABEL = 'tekton.dev/pipelineRun';

/** A list of objects. */
export const List = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  items: v.array(v.unknown()),
});

/** The argument of a list that begins where another page ended. */
export const continueAt = (after: string | undefined) => (after === undefined ? {} : { _continue: after });

/** Pages of a list, each of whose items is read. */
export async function* mapPages<S, T>(
  pages: AsyncIterable<readonly S[]>,
  read: (item: S) => T,
): AsyncGenerator<readonly T[]> {
  for await (const page of pages) yield page.map(read);
}

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

/** Request parameters of the Secrets in a namespace. */
export const secretsIn = (namespace: string) => ({ ...CORE, plural: 'secrets', namespace });

export const secretSubject = (space: string, name: string): Subject => ({ space, what: `Secret "${name}"` });

/** Encodes values for the `data` field of a Secret. */
export const encodeData = (data: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
