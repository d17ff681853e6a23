import * as v from 'valibot';
import { ANNOTATION } from '../labels.ts';

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
